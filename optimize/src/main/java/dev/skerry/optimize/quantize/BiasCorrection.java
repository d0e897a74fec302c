package dev.skerry.optimize.quantize;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.observe.Observer;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
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
 * Correction, ICCV 2019, section 4.2).
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
    Map<String, float[]> corrections = new HashMap<>();
    for (Node node : correctable) {
      Model quantized = Quantizer.quantize(model, placement, calibration, weights, corrections);
      String result = placement.result(node);
      String value = placement.hasIntegerOutput(node) ? beforePair(quantized, result) : result;
      double[] wanted = expected.get(node.output(0));
      double[] actual = means(upTo(quantized, value), List.of(value), samples).get(value);
      if (wanted == null || actual == null) {
        throw new IllegalStateException("no mean of " + node.label());
      }
      float[] correction = new float[wanted.length];
      for (int i = 0; i < correction.length; i++) {
        correction[i] = (float) (wanted[i] - actual[i]);
      }
      corrections.put(node.output(0), correction);
    }
    return corrections;
  }

  /** What goes into the Q/DQ pair that {@code value} comes out of. */
  private static String beforePair(Model quantized, String value) {
    GraphIndex index = new GraphIndex(quantized.graph());
    return index
        .producer(value)
        .flatMap(dequantize -> index.producer(dequantize.input(0)))
        .map(quantize -> quantize.input(0))
        .orElseThrow();
  }

  /** The part of {@code model} that {@code value} needs, giving only {@code value}. */
  static Model upTo(Model model, String value) {
    Graph graph = model.graph();
    GraphIndex index = new GraphIndex(graph);
    Set<Node> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      index
          .producer(open.pop())
          .filter(needed::add)
          .ifPresent(node -> open.addAll(GraphIndex.uses(node)));
    }
    List<Node> nodes = graph.nodes().stream().filter(needed::contains).toList();
    Type floats = new Type.Tensor(DataType.FLOAT, null);
    return model.withGraph(
        graph.withNodes(nodes).withOutputs(List.of(ValueInfo.of(value, floats))));
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
            .forEach((value, tensor) -> addMeans(sums, value, tensor, samples.size()));
      }
    }
    return sums;
  }

  private static void addMeans(
      Map<String, double[]> sums, String value, Tensor tensor, int samples) {
    float[] data = tensor.toFloats();
    int channels = Math.toIntExact(tensor.dim(1));
    int inner = Math.toIntExact(tensor.elementCount() / (tensor.dim(0) * channels));
    double weight = 1.0 / samples / (tensor.dim(0) * (double) inner);
    double[] sum = sums.computeIfAbsent(value, _ -> new double[channels]);
    for (int i = 0; i < data.length; i++) {
      sum[i / inner % channels] += data[i] * weight;
    }
  }
}
