package dev.skerry.optimize.prune;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A graph some of whose layers become two: a thin one, and one that widens its values again. */
final class Split {
  private final Graph graph;
  private final FreshNames names;

  /** By output. */
  private final Map<String, List<Node>> instead = new HashMap<>();

  private final SequencedMap<String, Tensor> added = new LinkedHashMap<>();

  Split(Graph graph) {
    this.graph = graph;
    this.names = new FreshNames(graph);
  }

  /** Splits {@code layer}, whose outputs vary along {@code basis}, at {@code rank} directions. */
  void add(WeightedLayer layer, OutputBasis basis, int rank) {
    Node node = layer.node();
    Tensor weight = Objects.requireNonNull(graph.initializers().get(layer.weight()));
    double[][] directions = Arrays.copyOf(basis.directions(), rank);
    String value = names.fresh(node.output(0) + ".thin");
    Node thin =
        node.withInputs(
                List.of(
                    node.input(0),
                    constant(layer.weight() + ".thin", thin(weight, layer.outAxis(), directions))))
            .withOutputs(List.of(value))
            .withName(names.fresh(node.label() + ".thin"));
    List<String> inputs = new ArrayList<>(List.of(value));
    inputs.add(constant(layer.weight() + ".wide", wide(node, weight.rank(), directions)));
    if (!node.is("MatMul")) {
      Tensor bias = graph.initializers().get(node.input(2));
      inputs.add(constant(layer.weight() + ".bias", bias(bias, basis.mean(), directions)));
    }
    String op = node.is("ConvTranspose") ? "Conv" : node.op();
    Node wide = Node.of(op, node.name(), inputs, node.outputs());
    instead.put(
        node.output(0),
        List.of(thin, node.is("Gemm") ? wide.with("transB", Attribute.of(1L)) : wide));
  }

  private String constant(String wanted, Tensor tensor) {
    String name = names.fresh(wanted);
    added.put(name, tensor);
    return name;
  }

  /** {@code weight} with the directions in place of its outputs. */
  private static Tensor thin(Tensor weight, int outAxis, double[][] directions) {
    long[] dims = weight.dims();
    int outputs = Math.toIntExact(dims[outAxis]);
    int after =
        Math.toIntExact(Tensor.elementCount(Arrays.copyOfRange(dims, outAxis + 1, dims.length)));
    int before = Math.toIntExact(weight.elementCount()) / outputs / after;
    float[] from = weight.toFloats();
    float[] to = new float[before * directions.length * after];
    for (int i = 0; i < before; i++) {
      for (int r = 0; r < directions.length; r++) {
        for (int k = 0; k < after; k++) {
          double sum = 0;
          for (int c = 0; c < outputs; c++) {
            sum += directions[r][c] * from[(i * outputs + c) * after + k];
          }
          to[(i * directions.length + r) * after + k] = (float) sum;
        }
      }
    }
    dims[outAxis] = directions.length;
    return Tensor.ofFloats(dims, to);
  }

  /** [outputs, rank] with as many axes as a convolution's weight; [rank, outputs] of a MatMul. */
  private static Tensor wide(Node node, int axes, double[][] directions) {
    int rank = directions.length;
    int outputs = directions[0].length;
    boolean transposed = node.is("MatMul");
    float[] weights = new float[rank * outputs];
    for (int r = 0; r < rank; r++) {
      for (int c = 0; c < outputs; c++) {
        weights[transposed ? r * outputs + c : c * rank + r] = (float) directions[r][c];
      }
    }
    long[] dims = new long[axes];
    Arrays.fill(dims, 1);
    dims[0] = transposed ? rank : outputs;
    dims[1] = transposed ? outputs : rank;
    return Tensor.ofFloats(dims, weights);
  }

  /** What the directions do not show of the outputs stays at its mean. */
  private static Tensor bias(@Nullable Tensor bias, double[] mean, double[][] directions) {
    float[] shifted = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      shifted[c] = (float) mean[c];
    }
    for (double[] direction : directions) {
      double along = 0;
      for (int c = 0; c < mean.length; c++) {
        along += direction[c] * ((bias == null ? 0 : bias.asDouble(c)) - mean[c]);
      }
      for (int c = 0; c < mean.length; c++) {
        shifted[c] += (float) (direction[c] * along);
      }
    }
    return Tensor.ofFloats(new long[] {mean.length}, shifted);
  }

  /** Names of the constants of layers that were split. */
  Set<String> added() {
    return added.keySet();
  }

  Graph graph() {
    List<Node> nodes = new ArrayList<>();
    Set<String> used = new HashSet<>(graph.outputNames());
    for (Node node : graph.nodes()) {
      nodes.addAll(instead.getOrDefault(node.output(0), List.of(node)));
    }
    nodes.forEach(node -> used.addAll(GraphIndex.uses(node)));
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    constants.putAll(added);
    constants.keySet().retainAll(used);
    return graph.withNodes(nodes).withInitializers(constants);
  }
}
