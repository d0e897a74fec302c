package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Stores large float weights as int8 with a scale per output channel; the file shrinks, the speed
 * stays.
 *
 * <p>{@code W} becomes {@code Cast(W_q) * scale}. The engine folds both when it loads the model, so
 * kernels see float weights; a DequantizeLinear would not be folded but run every time.
 */
public final class WeightStorage {
  /** Elements below which names and nodes would take the bytes that narrow weights save. */
  private static final long LEAST_ELEMENTS = 1024;

  private WeightStorage() {}

  /** {@code graph} and every graph inside it with their weights narrowed. */
  public static Graph narrow(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    Set<String> weights = weights(graph);
    for (String name : weights) {
      Tensor weight = graph.initializers().get(name);
      if (weight != null
          && weight.type() == DataType.FLOAT
          && weight.elementCount() >= LEAST_ELEMENTS
          && weight.rank() >= 2) {
        constants.remove(name);
        addNarrow(name, weight, constants, nodes);
      }
    }
    for (Node node : graph.nodes()) {
      nodes.add(node.mapSubgraphs(WeightStorage::narrow));
    }
    return graph.withNodes(nodes).withInitializers(constants);
  }

  private static Set<String> weights(Graph graph) {
    Set<String> inputs = new LinkedHashSet<>();
    graph.inputs().forEach(input -> inputs.add(input.name()));
    Set<String> weights = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      switch (node.op()) {
        case "Conv", "ConvTranspose", "Gemm", "MatMul", "LSTM", "GRU", "RNN" -> {
          weights.add(node.input(1));
          if (node.is("LSTM") || node.is("GRU") || node.is("RNN")) {
            weights.add(node.input(2));
          }
        }
        case "Gather" -> weights.add(node.input(0));
        default -> {
          // other operators take no weights worth narrowing
        }
      }
    }
    weights.removeAll(inputs);
    return weights;
  }

  private static void addNarrow(
      String name, Tensor weight, SequencedMap<String, Tensor> constants, List<Node> nodes) {
    int axis = weight.rank() == 3 ? 1 : 0; // recurrent weights are [directions, gates, inputs]
    QuantizedWeight narrow =
        QuantizedWeight.of(weight, axis, IntegerType.INT8_SYMMETRIC, new float[0]);
    long[] scaleDims = new long[weight.rank()];
    java.util.Arrays.fill(scaleDims, 1);
    scaleDims[axis] = narrow.steps().length;
    constants.put(name + "_q", narrow.integers());
    constants.put(name + "_scale", Tensor.ofFloats(scaleDims, narrow.steps()));
    nodes.add(
        Node.of("Cast", name + "_cast", List.of(name + "_q"), List.of(name + "_cast"))
            .with("to", Attribute.of(DataType.FLOAT.code())));
    nodes.add(
        Node.of("Mul", name + "_widen", List.of(name + "_cast", name + "_scale"), List.of(name)));
  }
}
