package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpsetUpgradeTest {
  private static final double TOLERANCE = 1e-6;

  static List<ModelSketch> changedOperators() {
    List<ModelSketch> sketches = new ArrayList<>();
    sketches.add(image(7).batchNorm("x", "y", 3));
    sketches.add(
        image(8).node("Upsample", "x", "y").with("mode", "nearest").with("scales", scales()));
    sketches.add(
        image(8).node("Upsample", "x", "y").with("mode", "linear").with("scales", scales()));
    sketches.add(
        image(9)
            .constant("s", Tensor.ofFloats(new long[] {4}, 1, 1, 2, 2))
            .node("Upsample", "x s", "y"));
    sketches.add(
        image(10)
            .constant("s", Tensor.ofFloats(new long[] {4}, 1, 1, 2, 1.5f))
            .node("Resize", "x s", "y"));
    sketches.add(
        image(10)
            .constant("s", Tensor.ofFloats(new long[] {4}, 1, 1, 0.5f, 2))
            .node("Resize", "x s", "y")
            .with("mode", "linear"));
    sketches.add(
        image(9)
            .node("Slice", "x", "y")
            .ints("starts", 1, 0)
            .ints("ends", 3, 2)
            .ints("axes", 2, 3));
    sketches.add(image(9).node("Slice", "x", "y").ints("starts", 0, 0).ints("ends", 9, 1));
    sketches.add(image(9).node("TopK", "x", "y i").with("k", 2));
    sketches.add(image(9).node("Dropout", "x", "y").with("ratio", 0.3f));
    sketches.add(image(10).node("Clip", "x", "y").with("min", 0.2f).with("max", 0.7f));
    sketches.add(image(10).node("Clip", "x", "y").with("max", 0.7f));
    sketches.add(
        image(10).node("Pad", "x", "y").ints("pads", 0, 0, 1, 1, 0, 0, 0, 2).with("value", 0.5f));
    sketches.add(
        image(9)
            .node("Pad", "x", "y")
            .ints("pads", 0, 0, 1, 1, 0, 0, 0, 2)
            .with("mode", "reflect"));
    for (long axis = -1; axis < 4; axis++) {
      sketches.add(image(11).node("Softmax", "x", "y").with("axis", axis));
      sketches.add(image(12).node("LogSoftmax", "x", "y").with("axis", axis));
    }
    sketches.add(image(9).node("Softmax", "x", "y"));
    sketches.add(image(9).node("Hardmax", "x", "y"));
    sketches.add(image(11).node("Split", "x", "y z").ints("split", 1, 2).with("axis", 1));
    sketches.add(image(13).node("Split", "x", "y z").with("axis", 2));
    sketches.add(
        image(9)
            .node("Unsqueeze", "x", "u")
            .ints("axes", 0, 3)
            .node("Squeeze", "u", "y")
            .ints("axes", 0, 3));
    for (String op : List.of("ReduceSum", "ReduceMean", "ReduceMax", "ReduceL2", "ReduceProd")) {
      sketches.add(image(9).node(op, "x", "y").ints("axes", 1, 2).with("keepdims", 0));
    }
    sketches.add(image(9).node("ReduceSum", "x", "y"));
    sketches.add(image(11).node("AveragePool", "x", "y").ints("kernel_shape", 2, 2));
    sketches.add(
        image(16)
            .constant("g", Tensor.ofFloats(new long[] {1, 1, 2, 2}, -0.5f, 0.2f, 0.4f, 0.9f))
            .node("GridSample", "x g", "y"));
    sketches.forEach(sketch -> sketch.output("y"));
    return sketches;
  }

  @ParameterizedTest
  @MethodSource("changedOperators")
  void to_changedOperator_agrees(ModelSketch sketch) {
    Model before = sketch.model();
    for (long opset : new long[] {17, 21}) {
      Model after = OpsetUpgrade.to(before, opset);
      Verifier.require(after);
      assertThat(after.opset()).isEqualTo(opset);
      assertThat(after.graph().inputs()).isEqualTo(before.graph().inputs());
      Agreement.require(before, after, TOLERANCE, 5);
    }
  }

  @Test
  void to_oldOperatorInSubgraph_agrees() {
    Graph then =
        ModelSketch.opset(11).node("Squeeze", "x", "a").ints("axes", 0).output("a").graph();
    Graph otherwise =
        ModelSketch.opset(11)
            .node("Softmax", "x", "s")
            .with("axis", 2)
            .node("Squeeze", "s", "b")
            .ints("axes", 0)
            .output("b")
            .graph();
    Model before =
        image(11)
            .constant("zero", Tensor.scalar(0.5f))
            .node("ReduceMax", "x", "m")
            .with("keepdims", 0)
            .node("Less", "m zero", "c")
            .node("If", "c", "y")
            .with("then_branch", new Attribute.GraphValue(then))
            .with("else_branch", new Attribute.GraphValue(otherwise))
            .output("y")
            .model();
    Agreement.require(before, OpsetUpgrade.to(before, 17), TOLERANCE, 5);
  }

  @Test
  void to_newerModel_isTheSame() {
    Model model = image(17).node("Relu", "x", "y").output("y").model();
    assertThat(OpsetUpgrade.to(model, 13)).isSameAs(model);
  }

  @Test
  void to_whatCannotBeKept_isRefused() {
    assertThatThrownBy(
            () -> OpsetUpgrade.to(image(9).node("Foo", "x", "y").output("y").model(), 17))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("Foo");
    assertThatThrownBy(() ->
            OpsetUpgrade.to(
                image(9).node("Dropout", "x", "a m").node("Not", "m", "y").output("y").model(), 17))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("mask");
    assertThatThrownBy(
            () -> OpsetUpgrade.to(image(6).node("Relu", "x", "y").output("y").model(), 17))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("opset 6");
  }

  private static Attribute scales() {
    return new Attribute.Floats(List.of(1f, 1f, 2f, 2f));
  }

  private static ModelSketch image(long opset) {
    return ModelSketch.opset(opset).input("x", 1, 3, 4, 6);
  }
}
