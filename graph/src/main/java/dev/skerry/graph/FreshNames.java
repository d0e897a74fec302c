package dev.skerry.graph;

import java.util.HashSet;
import java.util.Set;

/** Gives out names that no value and no node of a graph has, nor of the graphs inside it. */
public final class FreshNames {
  private final Set<String> taken = new HashSet<>();

  public FreshNames(Graph graph) {
    take(graph);
  }

  private void take(Graph graph) {
    graph.inputs().forEach(input -> taken.add(input.name()));
    taken.addAll(graph.outputNames());
    taken.addAll(graph.initializers().keySet());
    for (Node node : graph.nodes()) {
      taken.add(node.name());
      taken.addAll(node.inputs());
      taken.addAll(node.outputs());
      node.subgraphs().forEach(this::take);
    }
  }

  /**
   * A name for a value and the node that makes it: {@code wanted}, numbered where that is taken.
   */
  public String fresh(String wanted) {
    String name = wanted;
    for (int i = 2; !taken.add(name); i++) {
      name = wanted + "." + i;
    }
    return name;
  }
}
