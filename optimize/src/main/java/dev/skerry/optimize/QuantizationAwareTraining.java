package dev.skerry.optimize;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.quantize.Calibration;
import dev.skerry.optimize.quantize.FakeQuantization;
import dev.skerry.optimize.quantize.IntegerType;
import dev.skerry.optimize.quantize.Placement;
import dev.skerry.optimize.simplify.Simplifier;
import dev.skerry.optimize.simplify.SimplifyOptions;
import dev.skerry.optimize.target.Target;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** A model made ready to be trained as what it will be on a target: quantized. */
public final class QuantizationAwareTraining {
  private final Target target;
  private final FakeQuantization form;

  private QuantizationAwareTraining(Target target, FakeQuantization form) {
    this.target = target;
    this.form = form;
  }

  /**
   * Simplifies {@code model}, observes the ranges of its activations, and places integers as the
   * target's rules do, whatever they cost: training makes up for it.
   *
   * @param data samples for ranges
   * @param weightBits 8, or fewer for what lies between the first and the last layer: 4 or 3
   * @throws SkerryException USAGE if the target takes no static int8, BAD_MODEL if nothing of the
   *     model has an integer kernel
   */
  public static QuantizationAwareTraining of(
      ModelDescription description, Model model, Target target, int weightBits, Path data) {
    IntegerType inner = weights(target, weightBits);
    if (target.form() != Target.Form.INT8) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "the target %s is not of static int8, which is what training can prepare for; choose one with form = \"int8\", such as x86-64-vnni or arm64-dot"
              .formatted(target.name()));
    }
    Model base =
        RungMaker.quantizable(Simplifier.simplify(model, SimplifyOptions.standard()).model());
    GraphIndex index = new GraphIndex(base.graph());
    Placement everywhere = new Placement(index, Set.of());
    Placement placement =
        target.depthwise() == Target.Depthwise.FLOAT
            ? new Placement(index, everywhere.depthwise())
            : everywhere;
    if (placement.weighted().isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "no Conv, Gemm or MatMul of the model has an integer kernel on %s; train it without --quantize"
              .formatted(target.name()));
    }
    Observations observations;
    try (CalibrationData samples =
        CalibrationData.open(description, model, data, OptimizeRequest.STANDARD_SAMPLES, 1)) {
      observations = samples.observe(base, new LinkedHashSet<>(placement.quantizedValues()));
    }
    observations.requireFinite();
    Calibration calibration = Calibration.perTensor(observations, target.activations());
    return new QuantizationAwareTraining(
        target, FakeQuantization.of(base, placement, calibration, target.weights(), inner));
  }

  private static IntegerType weights(Target target, int bits) {
    return switch (bits) {
      case 8 -> target.weights();
      case 4 -> IntegerType.INT4_SYMMETRIC;
      case 3 -> IntegerType.INT3_SYMMETRIC;
      default ->
          throw new SkerryException(
              ErrorCode.USAGE, "--weight-bits must be 8, 4 or 3, not %d".formatted(bits));
    };
  }

  /** The model that trains. */
  public Model training() {
    return form.training();
  }

  /** What {@code trained} is on the target: a graph of integers. */
  public Model quantized(Model trained) {
    return Provenance.stamped(form.quantized(trained), target);
  }
}
