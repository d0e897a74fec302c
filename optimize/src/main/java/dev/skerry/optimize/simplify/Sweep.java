package dev.skerry.optimize.simplify;

import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SequencedMap;
import java.util.Set;

/** Keeps a graph tidy after edits: no dead nodes, no unused constants, a runnable order. */
final class Sweep {
  private Sweep() {}

  /** {@code graph} without nodes, constants and declarations that nothing needs. */
  static Graph sweep(Graph graph) {
    Set<String> needed = new HashSet<>(graph.outputNames());
    List<Node> live = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        needed.addAll(GraphIndex.uses(node));
        live.add(node);
      }
    }
    graph.inputs().forEach(input -> needed.add(input.name()));
    SequencedMap<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    initializers.keySet().retainAll(needed);
    Set<String> defined = new HashSet<>();
    live.forEach(node -> defined.addAll(node.outputs()));
    List<ValueInfo> values =
        graph.values().stream().filter(value -> defined.contains(value.name())).toList();
    return graph.withNodes(live.reversed()).withInitializers(initializers).withValues(values);
  }

  /** The nodes in an order in which they can run, as near to the given one as can be. */
  static List<Node> inOrder(List<Node> nodes) {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).outputs()) {
        makers.put(output, i);
      }
    }
    makers.remove("");
    int[] waiting = new int[nodes.size()];
    List<List<Integer>> takers = new ArrayList<>();
    nodes.forEach(_ -> takers.add(new ArrayList<>()));
    for (int i = 0; i < nodes.size(); i++) {
      for (String value : GraphIndex.uses(nodes.get(i))) {
        Integer maker = makers.get(value);
        if (maker != null) {
          waiting[i]++;
          takers.get(maker).add(i);
        }
      }
    }
    return released(nodes, waiting, takers);
  }

  private static List<Node> released(List<Node> nodes, int[] waiting, List<List<Integer>> takers) {
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < waiting.length; i++) {
      if (waiting[i] == 0) {
        ready.add(i);
      }
    }
    List<Node> ordered = new ArrayList<>(nodes.size());
    while (!ready.isEmpty()) {
      int next = ready.remove();
      ordered.add(nodes.get(next));
      for (int taker : takers.get(next)) {
        if (--waiting[taker] == 0) {
          ready.add(taker);
        }
      }
    }
    if (ordered.size() != nodes.size()) {
      throw new IllegalStateException("rewrites left a cycle in the graph");
    }
    return ordered;
  }
}
