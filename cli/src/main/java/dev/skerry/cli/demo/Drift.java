package dev.skerry.cli.demo;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A model that went subtly wrong: the weights of its last layer carry so much noise that a fifth of
 * its answers differ. It loads, is as fast as before and looks well formed, as a model would that
 * was quantized with the wrong data.
 *
 * @param model the changed one
 * @param agreement share of the answers that are still the original's
 */
record Drift(Model model, double agreement) {
  private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  /** Agreement to arrive at, and how far from it is near enough. */
  private static final double WANTED = 0.8;

  private static final double NEAR = 0.04;
  private static final int MOST_TRIALS = 14;

  /** Noise as a share of the weights' deviation: the search starts with its middle. */
  private static final double LEAST_NOISE = 1e-3;

  private static final double MOST_NOISE = 1e2;
  private static final long SEED = 20;

  /**
   * Searches the amount of noise for which about a fifth of the answers to {@code source} change.
   *
   * @throws SkerryException BAD_MODEL if no layer has constant weights that noise can change
   */
  static Drift of(ModelDescription description, Model model, SampleSource source) {
    String weights = lastWeights(model.graph());
    double low = Math.log(LEAST_NOISE);
    double high = Math.log(MOST_NOISE);
    Drift best = new Drift(model, 1);
    try (Evaluator evaluator = Evaluator.of(description, model, source, 1)) {
      for (int trial = 0; trial < MOST_TRIALS && best.distance() > NEAR; trial++) {
        double noise = (low + high) / 2;
        Model changed = noisy(model, weights, Math.exp(noise));
        Drift drift = new Drift(changed, evaluator.score(changed).agreement());
        best = drift.distance() < best.distance() ? drift : best;
        low = drift.agreement > WANTED ? noise : low;
        high = drift.agreement > WANTED ? high : noise;
      }
    }
    if (best.agreement > 1 - NEAR) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "noise on the weights '%s' does not change the model's answers, so there is no bad version to show"
              .formatted(weights));
    }
    return best;
  }

  private double distance() {
    return Math.abs(agreement - WANTED);
  }

  /** The constant matrix that the last layer works with, itself or dequantized. */
  private static String lastWeights(Graph graph) {
    SequencedMap<String, Node> makers = new LinkedHashMap<>();
    graph.nodes().forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
    for (Node node : graph.nodes().reversed()) {
      if (!WEIGHTED.contains(node.op()) || !node.hasInput(1)) {
        continue;
      }
      Node maker = makers.get(node.input(1));
      String weights =
          maker != null && maker.is("DequantizeLinear") ? maker.input(0) : node.input(1);
      Tensor tensor = graph.initializers().get(weights);
      if (tensor != null && tensor.rank() >= 2 && isChangeable(tensor.type())) {
        return weights;
      }
    }
    throw new SkerryException(
        ErrorCode.BAD_MODEL,
        "the graph has none of %s with constant float or 8-bit weights"
            .formatted(List.copyOf(WEIGHTED)));
  }

  private static boolean isChangeable(DataType type) {
    return type == DataType.FLOAT || type == DataType.INT8 || type == DataType.UINT8;
  }

  private static Model noisy(Model model, String name, double noise) {
    SequencedMap<String, Tensor> changed = new LinkedHashMap<>(model.graph().initializers());
    changed.computeIfPresent(
        name, (_, weights) -> noisy(weights, noise, new SplittableRandom(SEED)));
    return model.withGraph(model.graph().withInitializers(changed));
  }

  /** Noise of {@code noise} times the deviation of the weights; integers stay in their range. */
  private static Tensor noisy(Tensor weights, double noise, RandomGenerator random) {
    int count = Math.toIntExact(weights.elementCount());
    double deviation = noise * deviation(weights, count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (weights.asDouble(i) + deviation * random.nextGaussian());
    }
    if (weights.type() == DataType.FLOAT) {
      return Tensor.ofFloats(weights.dims(), values);
    }
    int least = weights.type() == DataType.INT8 ? Byte.MIN_VALUE : 0;
    byte[] integers = new byte[count];
    for (int i = 0; i < count; i++) {
      integers[i] = (byte) Math.clamp(Math.round(values[i]), least, least + 0xff);
    }
    return Tensor.ofBytes(weights.type(), weights.dims(), integers);
  }

  private static double deviation(Tensor weights, int count) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double value = weights.asDouble(i);
      sum += value;
      squares += value * value;
    }
    double mean = sum / count;
    return Math.sqrt(Math.max(0, squares / count - mean * mean));
  }
}
