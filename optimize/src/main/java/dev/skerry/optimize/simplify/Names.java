package dev.skerry.optimize.simplify;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Gives out value names that no graph of a model uses, subgraphs included. */
final class Names {
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> next = new HashMap<>();

  Names(Graph graph) {
    take(graph);
  }

  private void take(Graph graph) {
    graph.inputs().forEach(input -> taken.add(input.name()));
    taken.addAll(graph.outputNames());
    taken.addAll(graph.initializers().keySet());
    for (Node node : graph.nodes()) {
      taken.addAll(node.inputs());
      taken.addAll(node.outputs());
      node.subgraphs().forEach(this::take);
    }
  }

  /** A new name that begins with {@code base}. */
  String fresh(String base) {
    String stem = base.isEmpty() ? "value" : base;
    String name = stem + "." + next.merge(stem, 1, Integer::sum);
    return taken.add(name) ? name : fresh(stem);
  }
}
