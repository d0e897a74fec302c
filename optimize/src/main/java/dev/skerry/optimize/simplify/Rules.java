package dev.skerry.optimize.simplify;

import java.util.List;
import java.util.stream.Stream;

/**
 * The rules, in the order in which the driver tries them, round after round until none fires.
 *
 * <p>A new rule is a line here, a file and a test.
 */
final class Rules {
  private Rules() {}

  /** The rules that keep a model in floating point as fast and small as they can. */
  static List<Step> standard() {
    return List.of(
        // Constants first: every rule below looks for them among the initializers.
        new Step.Each(new ConstantNodes()),
        new Step.Each(new KnownContents()),
        new Step.Whole(new ConstantFolding()),
        new Step.Each(new InlineConstantIf()),
        // Nodes that do nothing stand between those that the patterns below name.
        new Step.Each(new RemoveIdentity()),
        new Step.Each(new RemoveDropout()),
        new Step.Each(new RemoveSameTypeCast()),
        new Step.Each(new RemoveSameShape()),
        new Step.Each(new RemoveFullSlice()),
        new Step.Each(new RemoveZeroPad()),
        new Step.Each(new RemoveSingleConcat()),
        new Step.Each(new RemoveNeutralArithmetic()),
        new Step.Each(new RemoveUnboundedClip()),
        new Step.Each(new ClipToRelu()),
        new Step.Each(new RemoveRepeatedRelu()),
        // Out of branches, so that equal ones of two branches meet; then before merging
        // expressions, whose inputs must have the same names.
        new Step.Each(new HoistConstants()),
        new Step.Whole(new MergeDuplicateConstants()),
        new Step.Each(new MergeCommonSubexpressions()),
        // Shapes and layout.
        new Step.Each(new ConstantReshape()),
        new Step.Each(new CancelUnsqueezeSqueeze()),
        new Step.Each(new MergeReshapes()),
        new Step.Each(new MergeTransposes()),
        new Step.Each(new TransposeAcrossElementwise()),
        new Step.Each(new JoinTransposes()),
        new Step.Each(new TransposeToReshape()),
        // Behind a layer before in front of it: the usual order, exact also with padding.
        new Step.Each(new AffineIntoConv()),
        new Step.Each(new AffineIntoConvTranspose()),
        new Step.Each(new AffineIntoMatMul()),
        new Step.Each(new MatMulAddToGemm()),
        new Step.Each(new AffineIntoGemm()),
        new Step.Each(new AffineBeforeConv()),
        new Step.Each(new AffineBeforeGemm()),
        // Padding after the affine rules: a padded Conv takes no shift from in front.
        new Step.Each(new PadIntoConv()),
        new Step.Each(new PadIntoAveragePool()),
        new Step.Each(new PadIntoMaxPool()),
        new Step.Each(new ReduceMeanToGlobalAveragePool()),
        new Step.Each(new AveragePoolToGlobal()),
        new Step.Each(new TwoClassSoftmax()));
  }

  /** The standard rules, and those that turn operators into ones with integer kernels. */
  static List<Step> beforeQuantizing() {
    return Stream.concat(standard().stream(), Stream.of(new Step.Each(new SubToAdd()))).toList();
  }

  /** How a finished model may read its inputs, each exact, none always worth it. */
  static Step of(Layout layout) {
    return switch (layout) {
      case FULL_CHANNELS -> new Step.Each(new FullChannels());
      case FLAT_ROWS -> new Step.Each(new FlatRows());
    };
  }
}
