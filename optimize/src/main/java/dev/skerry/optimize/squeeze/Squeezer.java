package dev.skerry.optimize.squeeze;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.optimize.moments.Moments;
import dev.skerry.optimize.moments.SampleBatches;
import dev.skerry.optimize.squeeze.LayerSqueeze.Choice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * Moves the integer weights of a quantized model to fewer and more probable levels, so that they
 * pack into fewer bits, while what each layer gives changes as little as those bits allow.
 *
 * <p>A layer's error is counted as a share of what it gives, and a bit costs the same share in
 * every layer, so that large layers lose more bits than small ones. Steps become coarser where that
 * pays; the mean of every error goes into the bias. The file keeps its size, nodes and kernels.
 */
public final class Squeezer {
  /** Samples that run at once. */
  private static final int BATCH = 16;

  private final SequencedMap<String, Tensor> constants;

  private Squeezer(Graph graph) {
    this.constants = new LinkedHashMap<>(graph.initializers());
  }

  /**
   * Squeezes the layers of {@code quantized} whose weights are constant 8-bit integers.
   *
   * @param calibrationInputs some samples; a few hundred are better than a few
   * @param strength about the share of what layers give, by energy, that becomes error, summed over
   *     the layers: 0 changes nothing, 0.02 takes about half of the bits
   */
  public static Squeezed squeeze(
      Model quantized, List<Map<String, Tensor>> calibrationInputs, double strength) {
    if (!(strength >= 0)) {
      throw new IllegalArgumentException("strength " + strength);
    }
    Graph graph = quantized.graph();
    List<IntegerLayer> layers = IntegerLayer.of(graph);
    long weights = Math.max(1, layers.stream().mapToLong(IntegerLayer::weights).sum());
    Squeezer squeezer = new Squeezer(graph);
    double before = layers.stream().mapToDouble(squeezer::bits).sum() / weights;
    if (strength == 0 || layers.isEmpty()) {
      return new Squeezed(quantized, before, before);
    }
    Moments moments = moments(quantized, layers, calibrationInputs);
    double price = strength / weights;
    double bits = layers.stream().mapToDouble(l -> squeezer.squeeze(l, moments, price)).sum();
    return new Squeezed(
        quantized.withGraph(graph.withInitializers(squeezer.constants)), bits / weights, before);
  }

  private static Moments moments(
      Model quantized, List<IntegerLayer> layers, List<Map<String, Tensor>> samples) {
    Emitter emit = new Emitter(quantized.graph(), "squeeze/");
    Map<String, String> rows = new LinkedHashMap<>();
    for (IntegerLayer layer : layers) {
      rows.put(layer.node().output(0), layer.rows(emit, quantized.graph().initializers()));
    }
    return Moments.of(quantized, emit, rows, SampleBatches.of(quantized, samples, BATCH));
  }

  /** Bits of the levels of {@code layer}. */
  private double bits(IntegerLayer layer) {
    Tensor integers = constant(layer.weight(), 0);
    return Rates.of(layer.levels(integers), layer.run(integers), -Byte.MIN_VALUE).total();
  }

  /** Changes the constants of {@code layer}; gives the bits of its levels. */
  private double squeeze(IntegerLayer layer, Moments moments, double price) {
    Tensor integers = constant(layer.weight(), 0);
    float[] steps = constant(layer.weight(), 1).toFloats();
    Moments.Statistic inputs =
        Objects.requireNonNull(moments.values().get(layer.node().output(0)), "no samples");
    LayerSqueeze squeeze =
        new LayerSqueeze(
            layer,
            new LayerInputs(layer, inputs, layer.bias().isPresent()),
            layer.levels(integers),
            steps,
            layer.run(integers));
    Choice choice = squeeze.cheapest(price);
    Tensor changed = Tensor.ofFloats(new long[] {steps.length}, choice.steps());
    constants.put(layer.weight().input(0), layer.integers(choice.levels(), integers.dims()));
    constants.put(layer.weight().input(1), changed);
    layer.bias().ifPresent(bias -> bias(bias, squeeze, choice, steps));
    return choice.bits();
  }

  /** A bias has the step of its output's products; it takes up by how much their mean grows. */
  private void bias(Node bias, LayerSqueeze squeeze, Choice choice, float[] stepsBefore) {
    Tensor integers = constant(bias, 0);
    float[] steps = constant(bias, 1).toFloats();
    int[] changed = new int[steps.length];
    for (int i = 0; i < steps.length; i++) {
      double value = integers.asLong(i) * (double) steps[i] - squeeze.shift(choice, i);
      steps[i] *= choice.steps()[i] / stepsBefore[i];
      changed[i] = (int) Math.rint(value / steps[i]);
    }
    constants.put(bias.input(0), Tensor.ofInts(integers.dims(), changed));
    constants.put(bias.input(1), Tensor.ofFloats(new long[] {steps.length}, steps));
  }

  private Tensor constant(Node dequantize, int input) {
    return Objects.requireNonNull(constants.get(dequantize.input(input)));
  }
}
