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

  private final Model quantized;
  private final List<LayerSqueeze> layers;
  private final long weights;
  private final double bitsBefore;

  private Squeezer(Model quantized, List<LayerSqueeze> layers) {
    this.quantized = quantized;
    this.layers = layers;
    this.weights = Math.max(1, layers.stream().mapToLong(l -> l.layer().weights()).sum());
    this.bitsBefore = layers.stream().mapToDouble(LayerSqueeze::bitsBefore).sum() / weights;
  }

  /**
   * Looks at how the inputs of the layers of {@code quantized} vary whose weights are constant
   * 8-bit integers.
   *
   * @param calibrationInputs some samples; a few hundred are better than a few
   */
  public static Squeezer of(Model quantized, List<Map<String, Tensor>> calibrationInputs) {
    Graph graph = quantized.graph();
    List<IntegerLayer> layers = IntegerLayer.of(graph);
    if (layers.isEmpty()) {
      return new Squeezer(quantized, List.of());
    }
    Emitter emit = new Emitter(graph, "squeeze/");
    Map<String, String> rows = new LinkedHashMap<>();
    for (IntegerLayer layer : layers) {
      rows.put(layer.node().output(0), layer.rows(emit, graph.initializers()));
    }
    Moments moments =
        Moments.of(quantized, emit, rows, SampleBatches.of(quantized, calibrationInputs, BATCH));
    return new Squeezer(
        quantized,
        layers.stream()
            .map(layer ->
                LayerSqueeze.of(
                    layer,
                    Objects.requireNonNull(
                        moments.values().get(layer.node().output(0)), "needs samples"),
                    graph.initializers()))
            .toList());
  }

  /** As {@link #of} and {@link #by}, for one strength. */
  public static Squeezed squeeze(
      Model quantized, List<Map<String, Tensor>> calibrationInputs, double strength) {
    return of(quantized, calibrationInputs).by(strength);
  }

  /** Whether there is nothing that could be squeezed. */
  public boolean isEmpty() {
    return layers.isEmpty();
  }

  /**
   * The model with fewer bits.
   *
   * @param strength about the share of what layers give, by energy, that becomes error, summed over
   *     the layers: 0 changes nothing; what it takes follows from how much larger the layers are
   *     than what they do needs
   */
  public Squeezed by(double strength) {
    if (!(strength >= 0)) {
      throw new IllegalArgumentException("strength " + strength);
    }
    if (strength == 0 || layers.isEmpty()) {
      return new Squeezed(quantized, bitsBefore, bitsBefore);
    }
    Graph graph = quantized.graph();
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    double bits = 0;
    for (LayerSqueeze layer : layers) {
      Choice choice = layer.cheapest(strength / weights);
      bits += choice.bits();
      put(constants, layer, choice);
    }
    return new Squeezed(
        quantized.withGraph(graph.withInitializers(constants)), bits / weights, bitsBefore);
  }

  private static void put(Map<String, Tensor> constants, LayerSqueeze squeeze, Choice choice) {
    IntegerLayer layer = squeeze.layer();
    constants.computeIfPresent(
        layer.weight().input(0), (_, integers) -> layer.integers(choice.levels(), integers.dims()));
    constants.computeIfPresent(
        layer.weight().input(1), (_, steps) -> Tensor.ofFloats(steps.dims(), choice.steps()));
    layer.bias().ifPresent(bias -> putBias(constants, bias, squeeze, choice));
  }

  /** A bias has the step of its output's products; it takes up by how much their mean grows. */
  private static void putBias(
      Map<String, Tensor> constants, Node bias, LayerSqueeze squeeze, Choice choice) {
    Tensor integers = Objects.requireNonNull(constants.get(bias.input(0)));
    Tensor before = Objects.requireNonNull(constants.get(bias.input(1)));
    float[] steps = before.toFloats();
    int[] changed = new int[steps.length];
    for (int i = 0; i < steps.length; i++) {
      double value = integers.asLong(i) * (double) steps[i] - squeeze.shift(choice, i);
      steps[i] *= choice.steps()[i] / squeeze.stepBefore(i);
      changed[i] = (int) Math.rint(value / steps[i]);
    }
    constants.put(bias.input(0), Tensor.ofInts(integers.dims(), changed));
    constants.put(bias.input(1), Tensor.ofFloats(before.dims(), steps));
  }
}
