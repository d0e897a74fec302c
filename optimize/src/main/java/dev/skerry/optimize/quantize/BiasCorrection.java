package dev.skerry.optimize.quantize;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.observe.Observer;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves the mean of each integer operator's output, per channel, back to the float graph's.
 *
 * <p>Sequential empirical correction: a node is corrected while everything before it is already
 * integer and corrected (Nagel et al., Data-Free Quantization through Weight Equalization and Bias
 * Correction, ICCV 2019, section 4.2). Adding the correction to what the node gives does the same
 * as adding it to its bias, so the graph is quantized, and each node run, only once.
 */
public final class BiasCorrection {
  private BiasCorrection() {}

  /**
   * What to add to each bias, by the name of the node's first output.
   *
   * @param samples calibration inputs; a few dozen are enough for a mean
   */
  public static Map<String, float[]> sequential(
      Model model,
      Placement placement,
      Calibration calibration,
      IntegerType weights,
      Collection<Map<String, Tensor>> samples) {
    List<Node> correctable =
        placement.weighted().stream().filter(node -> !node.is("MatMul")).toList();
    if (correctable.isEmpty()) {
      return Map.of();
    }
    Map<String, double[]> expected =
        means(model, correctable.stream().map(node -> node.output(0)).toList(), samples);
    Model quantized = Quantizer.quantize(model, placement, calibration, weights, Map.of());
    GraphIndex index = new GraphIndex(quantized.graph());
    Stepwise running = new Stepwise(quantized, samples);
    Map<String, float[]> corrections = new HashMap<>();
    for (Node node : correctable) {
      String result = placement.result(node);
      String value = placement.hasIntegerOutput(node) ? beforePair(index, result) : result;
      double[] wanted = expected.get(node.output(0));
      if (wanted == null) {
        throw new IllegalStateException("no mean of " + node.label());
      }
      double[] actual = new double[wanted.length];
      running.upTo(value).forEach(tensor -> addMeans(actual, tensor, samples.size()));
      float[] correction = new float[wanted.length];
      for (int i = 0; i < correction.length; i++) {
        correction[i] = (float) (wanted[i] - actual[i]);
      }
      running.replace(value, tensor -> withBias(tensor, correction));
      corrections.put(node.output(0), correction);
    }
    return corrections;
  }

  /** What goes into the Q/DQ pair that {@code value} comes out of. */
  private static String beforePair(GraphIndex index, String value) {
    return index
        .producer(value)
        .flatMap(dequantize -> index.producer(dequantize.input(0)))
        .map(quantize -> quantize.input(0))
        .orElseThrow();
  }

  /** Mean of each value per channel: axis 1 of [N, C, ...], over everything else. */
  private static Map<String, double[]> means(
      Model model, List<String> values, Collection<Map<String, Tensor>> samples) {
    Map<String, double[]> sums = new HashMap<>();
    Model exposed = Observer.exposing(model, values);
    try (Session session = Session.open(exposed, SessionConfig.standard())) {
      Set<String> inputs = new HashSet<>();
      session.inputs().forEach(input -> inputs.add(input.name()));
      for (Map<String, Tensor> sample : samples) {
        Map<String, Tensor> given = new HashMap<>(sample);
        given.keySet().retainAll(inputs);
        session
            .run(given, new ArrayList<>(values))
            .forEach((value, tensor) ->
                addMeans(
                    sums.computeIfAbsent(value, _ -> new double[channels(tensor)]),
                    tensor,
                    samples.size()));
      }
    }
    return sums;
  }

  private static int channels(Tensor tensor) {
    return Math.toIntExact(tensor.dim(1));
  }

  /** Elements per channel of one sample. */
  private static int inner(Tensor tensor) {
    return Math.toIntExact(tensor.elementCount() / (tensor.dim(0) * tensor.dim(1)));
  }

  private static void addMeans(double[] sum, Tensor tensor, int samples) {
    float[] data = tensor.toFloats();
    int inner = inner(tensor);
    double weight = 1.0 / samples / (tensor.dim(0) * (double) inner);
    for (int i = 0; i < data.length; i++) {
      sum[i / inner % sum.length] += data[i] * weight;
    }
  }

  private static Tensor withBias(Tensor tensor, float[] bias) {
    float[] data = tensor.toFloats();
    int inner = inner(tensor);
    for (int i = 0; i < data.length; i++) {
      data[i] += bias[i / inner % bias.length];
    }
    return Tensor.ofFloats(tensor.dims(), data);
  }
}
