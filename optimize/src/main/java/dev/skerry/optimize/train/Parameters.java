package dev.skerry.optimize.train;

import static java.util.Map.entry;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Which constants of a graph are parameters, found from the operators that take them. */
public final class Parameters {
  /** Inputs that hold parameters, by operator. */
  private static final Map<String, int[]> SLOTS =
      Map.ofEntries(
          entry("Conv", new int[] {1, 2}),
          entry("ConvTranspose", new int[] {1, 2}),
          entry("Gemm", new int[] {1, 2}),
          entry("MatMul", new int[] {0, 1}),
          entry("LSTM", new int[] {1, 2, 3}),
          entry("GRU", new int[] {1, 2, 3}),
          entry("BatchNormalization", new int[] {1, 2}),
          entry("LayerNormalization", new int[] {1, 2}),
          entry("PRelu", new int[] {1}),
          entry("Gather", new int[] {0}),
          entry("Add", new int[] {0, 1}),
          entry("Mul", new int[] {0, 1}));

  /** Inputs that hold factors of products, by operator. */
  private static final Map<String, int[]> FACTORS =
      Map.ofEntries(
          entry("Conv", new int[] {1}),
          entry("ConvTranspose", new int[] {1}),
          entry("Gemm", new int[] {1}),
          entry("MatMul", new int[] {0, 1}),
          entry("LSTM", new int[] {1, 2}),
          entry("GRU", new int[] {1, 2}),
          entry("Gather", new int[] {0}));

  private Parameters() {}

  /**
   * Names of initializers to train, in file order: those of layers, and added or multiplied
   * constants of more than one element. What comes before a logarithm prepares features (a log-mel
   * spectrogram) and is left alone, as is what begins with one of {@code frozen}. In a graph whose
   * weights are rounded on their way, the steps of all that is rounded are parameters too.
   */
  public static List<String> of(Graph graph, List<String> frozen) {
    Set<String> prepared = beforeLogarithms(graph);
    Set<String> found = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      int[] slots = slots(node, SLOTS);
      boolean learns = node.outputs().stream().noneMatch(prepared::contains);
      for (int slot : slots) {
        Tensor constant = graph.initializers().get(node.input(slot));
        if (learns && constant != null && isParameter(node, constant)) {
          found.add(node.input(slot));
        }
      }
    }
    found.addAll(quantizers(graph));
    List<String> ordered = new ArrayList<>(graph.initializers().sequencedKeySet());
    ordered.retainAll(found);
    ordered.removeIf(name -> frozen.stream().anyMatch(name::startsWith));
    return ordered;
  }

  private static int[] slots(Node node, Map<String, int[]> byOperator) {
    return node.domain().isEmpty() ? byOperator.getOrDefault(node.op(), new int[0]) : new int[0];
  }

  /** The weights that products take, rounded or not; biases, slopes and scales are none. */
  static Set<String> factors(Graph graph) {
    Set<String> found = new HashSet<>(rounded(graph).sequencedKeySet());
    for (Node node : graph.nodes()) {
      for (int slot : slots(node, FACTORS)) {
        found.add(node.input(slot));
      }
    }
    found.retainAll(graph.initializers().keySet());
    return found;
  }

  /** Weights that are rounded in the graph, and then the steps of all that is rounded in it. */
  private static Set<String> quantizers(Graph graph) {
    Set<String> found = new LinkedHashSet<>(rounded(graph).sequencedKeySet());
    if (!found.isEmpty()) { // else it is quantized already, and not for training
      graph.nodes().stream()
          .filter(node -> node.is("QuantizeLinear"))
          .map(node -> node.input(1))
          .filter(graph.initializers()::containsKey)
          .forEach(found::add);
    }
    return found;
  }

  /** The weights that are rounded in the graph, each with the node that does it. */
  static SequencedMap<String, Node> rounded(Graph graph) {
    SequencedMap<String, Node> weights = new LinkedHashMap<>();
    GraphIndex index = new GraphIndex(graph);
    for (Node node : graph.nodes()) {
      if (node.is("QuantizeLinear")) {
        String source = unclipped(index, node.input(0));
        if (graph.initializers().containsKey(source)) {
          weights.put(source, node);
        }
      }
    }
    return weights;
  }

  private static String unclipped(GraphIndex index, String value) {
    return index
        .producer(value)
        .filter(node -> node.is("Min") || node.is("Max"))
        .map(node -> unclipped(index, node.input(0)))
        .orElse(value);
  }

  private static boolean isParameter(Node node, Tensor constant) {
    boolean plain = node.op().equals("Add") || node.op().equals("Mul");
    return constant.type() == DataType.FLOAT && (!plain || constant.elementCount() > 1);
  }

  /** Constants that prepare features: what comes before a logarithm. */
  public static Set<String> preparing(Graph graph) {
    Set<String> prepared = beforeLogarithms(graph);
    prepared.retainAll(graph.initializers().keySet());
    return prepared;
  }

  private static Set<String> beforeLogarithms(Graph graph) {
    Set<String> before = new HashSet<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.is("Log") || node.outputs().stream().anyMatch(before::contains)) {
        before.addAll(GraphIndex.uses(node));
        before.addAll(node.outputs());
      }
    }
    return before;
  }
}
