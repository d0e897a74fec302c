package dev.skerry.cli.doctor;

import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The model that checks look at.
 *
 * @param index of the main graph
 * @param nodes of the main graph and of every graph inside its nodes
 * @param externalBytes of weights that lie in other files
 */
record Patient(Model model, GraphIndex index, List<Node> nodes, long externalBytes) {
  /** Nodes that a finding names; the rest is counted. */
  private static final int MOST_NAMES = 3;

  static Patient of(Model model, long externalBytes) {
    List<Node> nodes = new ArrayList<>();
    gather(model.graph(), nodes);
    return new Patient(model, new GraphIndex(model.graph()), List.copyOf(nodes), externalBytes);
  }

  private static void gather(Graph graph, List<Node> nodes) {
    for (Node node : graph.nodes()) {
      nodes.add(node);
      node.subgraphs().forEach(inner -> gather(inner, nodes));
    }
  }

  Graph graph() {
    return model.graph();
  }

  /** The nodes of the main graph that are one of these standard operators. */
  List<Node> ofType(Set<String> operators) {
    return graph().nodes().stream()
        .filter(node -> node.domain().isEmpty() && operators.contains(node.op()))
        .toList();
  }

  /** Whether {@code value} comes out of integers: the output of a DequantizeLinear. */
  boolean isDequantized(String value) {
    return index.producer(value).filter(node -> node.is("DequantizeLinear")).isPresent();
  }

  /** Whether everything that takes {@code value} quantizes it. */
  boolean isQuantized(String value) {
    List<Node> takers = index.consumers(value);
    return !takers.isEmpty() && takers.stream().allMatch(node -> node.is("QuantizeLinear"));
  }

  /** How findings speak of several nodes: the first few by name, the rest counted. */
  static String place(List<Node> nodes) {
    return names(nodes.stream().map(Node::label).toList());
  }

  /** The first few names, the rest counted. */
  static String names(List<String> names) {
    String first = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    int rest = names.size() - MOST_NAMES;
    return rest <= 0 ? first : first + " and " + rest + " more";
  }

  /** {@code 1 node}, {@code 3 nodes}. */
  static String count(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
