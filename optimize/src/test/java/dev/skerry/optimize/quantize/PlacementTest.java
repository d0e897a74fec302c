package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.simplify.ModelSketch;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PlacementTest {
  @Test
  void integers_operatorsBetweenConvolutions_followThem() {
    Placement placement =
        placement(
            convolution("x", "a")
                .node("Add", "a a", "s")
                .weights("w2", 8, 8, 1, 1)
                .node("Conv", "s w2", "y")
                .output("y"));

    assertThat(outputs(placement)).containsExactly("a", "s", "y");
  }

  @Test
  void integers_operatorBehindTheLastConvolution_staysFloat() {
    Placement placement = placement(convolution("x", "a").node("Add", "a a", "y").output("y"));

    assertThat(outputs(placement)).containsExactly("a");
  }

  @Test
  void integers_poolBehindTheLastConvolution_followsIt() {
    Placement behind =
        placement(convolution("x", "a").node("GlobalAveragePool", "a", "y").output("y"));
    Placement behindFloat =
        placement(
            convolution("x", "a")
                .node("Tanh", "a", "t")
                .node("GlobalAveragePool", "t", "y")
                .output("y"));

    assertThat(outputs(behind)).containsExactly("a", "y");
    assertThat(outputs(behindFloat)).containsExactly("a");
  }

  @Test
  void integers_operatorBehindFloat_staysFloat() {
    Placement placement =
        placement(
            ModelSketch.opset(17)
                .input("x", 1, 8, 4, 4)
                .weights("w", 8, 8, 1, 1)
                .node("Tanh", "x", "t")
                .node("Add", "t t", "s")
                .node("Conv", "s w", "y")
                .output("y"));

    assertThat(outputs(placement)).containsExactly("y");
    assertThat(placement.quantizedValues()).containsExactly("s", "y");
  }

  @Test
  void absorbed_activationThatAlsoOthersSee_isKept() {
    ModelSketch onlyTaker = convolution("x", "a").node("Relu", "a", "y").output("y");
    ModelSketch oneOfTwo =
        convolution("x", "a").node("Relu", "a", "y").node("Tanh", "a", "z").output("y", "z");
    ModelSketch output = convolution("x", "a").node("Relu", "a", "y").output("a", "y");

    assertThat(placement(onlyTaker).absorbed()).hasSize(1);
    assertThat(placement(oneOfTwo).absorbed()).isEmpty();
    assertThat(placement(output).absorbed()).isEmpty();
  }

  @Test
  void absorbed_clip_onlyFromZero() {
    assertThat(placement(clipped(0, 6)).absorbed()).hasSize(1);
    assertThat(placement(clipped(-1, 1)).absorbed()).isEmpty();
    assertThat(placement(clipped(0, 0)).absorbed()).isEmpty();
  }

  private static ModelSketch clipped(float low, float high) {
    return convolution("x", "a")
        .constant("low", Tensor.scalar(low))
        .constant("high", Tensor.scalar(high))
        .node("Clip", "a low high", "y")
        .output("y");
  }

  @Test
  void quantizedValues_activationBehindTheLastGemm_isNone() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 2, 16)
            .weights("w", 16, 16)
            .node("Gemm", "x w", "g")
            .node("Relu", "g", "r")
            .node("Tanh", "r", "y")
            .output("y")
            .model();

    assertThat(new Placement(new GraphIndex(model.graph()), Set.of()).quantizedValues())
        .containsExactly("x");
    Model quantized = QuantizerTest.quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC);
    assertThat(quantized.graph().nodes()).filteredOn(n -> n.is("QuantizeLinear")).hasSize(1);
  }

  @Test
  void gridOf_branchesOfMoves_isWhereTheyBegin() {
    Model model =
        convolution("x", "a")
            .node("Transpose", "a", "t")
            .ints("perm", 0, 1, 3, 2)
            .node("MaxPool", "t", "p")
            .ints("kernel_shape", 2, 2)
            .node("MaxPool", "a", "m")
            .ints("kernel_shape", 2, 2)
            .node("Concat", "p m", "c")
            .with("axis", 1)
            .weights("w2", 8, 16, 1, 1)
            .node("Conv", "c w2", "y")
            .output("y")
            .model();
    Placement placement = new Placement(new GraphIndex(model.graph()), Set.of());

    assertThat(List.of("a", "t", "p", "m", "c").stream().map(placement::gridOf))
        .containsExactly("a", "a", "a", "a", "c");
    Model quantized = QuantizerTest.quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC);
    assertThat(Verifier.verify(quantized)).isEmpty();
    assertThat(Noise.decibels(model, quantized, QuantizerTest.inputs(model, 4))).isGreaterThan(25);
  }

  @Test
  void integers_gemmWithABiasPerRow_staysFloat() {
    for (long[] shape : new long[][] {{16}, {1, 16}, {1}, {16, 1}, {16, 16}}) {
      Model model =
          ModelSketch.opset(17)
              .input("x", 16, 16)
              .weights("w", 16, 16)
              .weights("b", shape)
              .node("Gemm", "x w b", "y")
              .output("y")
              .model();
      boolean perRow = shape.length == 2 && shape[0] > 1;

      assertThat(outputs(new Placement(new GraphIndex(model.graph()), Set.of())))
          .as("bias of shape %s", Arrays.toString(shape))
          .hasSize(perRow ? 0 : 1);
      Model quantized = QuantizerTest.quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC);
      assertThat(Noise.decibels(model, quantized, QuantizerTest.inputs(model, 4)))
          .isGreaterThan(25);
    }
  }

  @Test
  void integers_convolutionOfAnInitializer_staysFloat() {
    Model model =
        convolution("x", "a")
            .weights("image", 1, 8, 4, 4)
            .weights("w2", 8, 8, 1, 1)
            .node("Conv", "image w2", "b")
            .node("Add", "a b", "y")
            .output("y")
            .model();

    Model quantized = QuantizerTest.quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC);

    assertThat(Verifier.verify(quantized)).isEmpty();
    assertThat(Noise.decibels(model, quantized, QuantizerTest.inputs(model, 4))).isGreaterThan(25);
  }

  @Test
  void quantize_sharedWeightsAndBias_serveBothNodes() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 8, 4, 4)
            .weights("w", 8, 8, 1, 1)
            .weights("b", 8)
            .node("Conv", "x w b", "a")
            .node("Conv", "a w b", "y")
            .node("Tanh", "x", "t")
            .output("y", "t")
            .model();

    for (Set<String> kept : List.of(Set.<String>of(), Set.of("a"), Set.of("y"))) {
      Model quantized = QuantizerTest.quantized(model, kept, IntegerType.INT8_SYMMETRIC);
      assertThat(Verifier.verify(quantized)).isEmpty();
      assertThat(Noise.decibels(model, quantized, QuantizerTest.inputs(model, 4)))
          .isGreaterThan(20);
      GraphIndex index = new GraphIndex(quantized.graph());
      assertThat(index.producer("t").orElseThrow().inputs()).containsExactly("x");
    }
  }

  private static ModelSketch convolution(String in, String out) {
    return ModelSketch.opset(17)
        .input(in, 1, 8, 4, 4)
        .weights("w", 8, 8, 1, 1)
        .node("Conv", in + " w", out);
  }

  private static Placement placement(ModelSketch sketch) {
    return new Placement(new GraphIndex(sketch.model().graph()), Set.of());
  }

  private static List<String> outputs(Placement placement) {
    return placement.integers().stream().map((Node node) -> node.output(0)).toList();
  }
}
