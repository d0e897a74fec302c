package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.observe.Observer;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.optimize.simplify.Simplifier;
import dev.skerry.optimize.simplify.SimplifyOptions;
import dev.skerry.runtime.NodeTime;
import dev.skerry.runtime.Profile;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.testkit.RandomGraphs;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class QuantizerTest {
  private static final int CALIBRATION = 16;

  @Test
  void quantize_convolutionsInARow_runAsIntegerKernelsWithoutActivations() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 16, 8, 8)
            .weights("w1", 32, 16, 3, 3)
            .weights("b1", 32)
            .weights("w2", 16, 32, 1, 1)
            .node("Conv", "x w1 b1", "c1")
            .ints("pads", 1, 1, 1, 1)
            .node("Relu", "c1", "r1")
            .node("MaxPool", "r1", "p1")
            .ints("kernel_shape", 2, 2)
            .ints("strides", 2, 2)
            .node("Conv", "p1 w2", "c2")
            .node("GlobalAveragePool", "c2", "g")
            .node("Flatten", "g", "y")
            .output("y")
            .model();

    Model quantized = quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC);

    List<String> ops =
        Profile.of(quantized, inputs(model, 1).getFirst(), SessionConfig.standard(), 3)
            .nodes()
            .stream()
            .map(NodeTime::op)
            .toList();
    assertThat(ops).filteredOn("QLinearConv"::equals).hasSize(2);
    assertThat(ops).doesNotContain("Conv", "Relu", "FusedConv");
    assertThat(Noise.decibels(model, quantized, inputs(model, 4))).isGreaterThan(30);
  }

  @Test
  void quantize_randomGraphs_keepsSignatureRulesAndSignal() {
    List<Double> decibels = new ArrayList<>();
    for (int seed = 0; seed < 60; seed++) {
      Model model =
          Simplifier.simplify(
                  RandomGraphs.model(new SplittableRandom(seed)),
                  SimplifyOptions.standard().withBeforeQuantizing(true))
              .model();
      Model quantized = quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC);

      assertThat(Verifier.verify(quantized)).as("seed %d", seed).isEmpty();
      assertThat(quantized.graph().inputs()).isEqualTo(model.graph().inputs());
      assertThat(quantized.graph().outputs()).isEqualTo(model.graph().outputs());
      decibels.add(Noise.decibels(model, quantized, inputs(model, 4)));
    }
    assertThat(decibels).allSatisfy(db -> assertThat(db).isGreaterThan(5));
    assertThat(decibels.stream().sorted().toList().get(decibels.size() / 2)).isGreaterThan(25);
  }

  @Test
  void quantize_randomGraphsWithRandomNodesKeptFloat_verifiesAndRuns() {
    for (int seed = 1000; seed < 1200; seed++) {
      RandomGenerator random = new SplittableRandom(seed);
      Model model =
          Simplifier.simplify(
                  RandomGraphs.model(random), SimplifyOptions.standard().withBeforeQuantizing(true))
              .model();
      // Ranges come from the widest placement, as in the search; every other needs no more.
      Placement everywhere = new Placement(new GraphIndex(model.graph()), Set.of());
      Observations observations =
          Observer.observe(
              model,
              new LinkedHashSet<>(everywhere.quantizedValues()),
              inputs(model, 2).iterator());
      Set<String> kept = new LinkedHashSet<>();
      model.graph().nodes().stream()
          .filter(_ -> random.nextInt(3) == 0)
          .forEach(node -> kept.add(node.output(0)));
      Model quantized =
          Quantizer.quantize(
              model,
              new Placement(new GraphIndex(model.graph()), kept),
              Calibration.perTensor(observations, IntegerType.UINT8),
              IntegerType.INT7_SYMMETRIC,
              Map.of());

      assertThat(Verifier.verify(quantized)).as("seed %d", seed).isEmpty();
      assertThat(Noise.run(quantized, inputs(model, 1).getFirst()))
          .as("seed %d", seed)
          .hasSameSizeAs(model.graph().outputs());
    }
  }

  @Test
  void quantize_biasBeyondInt32_keepsBothBiasAndTheOtherChannels() {
    float[] weights = {1e-7f, -1e-7f, 0.5f, 0.25f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 2, 4, 4)
            .constant("w", Tensor.ofFloats(new long[] {8, 2, 1, 1}, weights))
            .constant("b", Tensor.ofFloats(new long[] {8}, 1000, 1, 0, 0, 0, 0, 0, 0))
            .node("Conv", "x w b", "y")
            .output("y")
            .model();

    Model quantized = quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC);

    Map<String, Tensor> input = inputs(model, 1).getFirst();
    float[] expected = Noise.run(model, input).getFirst().toFloats();
    float[] actual = Noise.run(quantized, input).getFirst().toFloats();
    float step = constant(quantized, "y_scale").toFloats()[0];
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i])).as("element %d", i).isLessThan(step);
    }
  }

  @Test
  void quantize_sevenBitWeights_cannotOverflowSixteenBitSums() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 8, 4, 4)
            .weights("w", 8, 8, 1, 1)
            .node("Conv", "x w", "y")
            .output("y")
            .model();

    Tensor weights = constant(quantized(model, Set.of(), IntegerType.INT7_SYMMETRIC), "y_weight_q");

    assertThat(IntStream.range(0, 64).map(i -> (int) weights.asLong(i)))
        .allMatch(w -> 2 * 255 * Math.abs(w) <= Short.MAX_VALUE)
        .anyMatch(w -> Math.abs(w) > 32);
  }

  @Test
  void quantize_nodeKeptFloat_getsTheFloatValueAndStaysFloat() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 8, 4, 4)
            .weights("w1", 8, 8, 1, 1)
            .weights("w2", 8, 8, 1, 1)
            .node("Conv", "x w1", "a")
            .node("Conv", "x w2", "b")
            .node("Add", "a b", "y")
            .output("y")
            .model();

    Model quantized = quantized(model, Set.of("b"), IntegerType.INT8_SYMMETRIC);

    GraphIndex index = new GraphIndex(quantized.graph());
    assertThat(index.producer("b").orElseThrow().inputs()).containsExactly("x", "w2");
    assertThat(index.producer("y").orElseThrow().op()).isEqualTo("Add");
    assertThat(Noise.decibels(model, quantized, inputs(model, 4))).isGreaterThan(30);
  }

  private static Tensor constant(Model model, String name) {
    return new GraphIndex(model.graph()).constant(name).orElseThrow();
  }

  static Model quantized(Model model, Set<String> keptFloat, IntegerType weights) {
    Placement placement = new Placement(new GraphIndex(model.graph()), keptFloat);
    Observations observations =
        Observer.observe(
            model,
            new LinkedHashSet<>(placement.quantizedValues()),
            inputs(model, CALIBRATION).iterator());
    return Quantizer.quantize(
        model,
        placement,
        Calibration.perTensor(observations, IntegerType.UINT8),
        weights,
        Map.of());
  }

  static List<Map<String, Tensor>> inputs(Model model, int count) {
    RandomGenerator random = new SplittableRandom(count);
    return IntStream.range(0, count)
        .<Map<String, Tensor>>mapToObj(_ -> RandomGraphs.inputs(model, random))
        .toList();
  }
}
