package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * New names for values, put into nodes and the graphs inside them.
 *
 * @param names old name to new name; a new name is never itself renamed
 */
public record Renaming(Map<String, String> names) {
  public Renaming {
    names = Map.copyOf(names);
  }

  /** Follows chains: a to b and b to c make a to c. */
  static Renaming resolved(Map<String, String> steps) {
    Map<String, String> names = new HashMap<>();
    for (String name : steps.keySet()) {
      String last = name;
      while (steps.containsKey(last)) {
        last = steps.get(last);
      }
      names.put(name, last);
    }
    return new Renaming(names);
  }

  public String of(String value) {
    return names.getOrDefault(value, value);
  }

  public Node of(Node node) {
    if (names.isEmpty()
        || (Collections.disjoint(GraphIndex.uses(node), names.keySet())
            && Collections.disjoint(node.outputs(), names.keySet()))) {
      return node;
    }
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
    attributes.replaceAll((_, attribute) -> of(attribute));
    return new Node(
        node.name(),
        node.domain(),
        node.op(),
        of(node.inputs()),
        of(node.outputs()),
        attributes,
        node.extra());
  }

  private List<String> of(List<String> values) {
    return values.stream().map(this::of).toList();
  }

  private Attribute of(Attribute attribute) {
    if (attribute instanceof Attribute.GraphValue(Graph graph)) {
      return new Attribute.GraphValue(inside(graph));
    }
    return attribute instanceof Attribute.Graphs(List<Graph> graphs)
        ? new Attribute.Graphs(graphs.stream().map(this::inside).toList())
        : attribute;
  }

  /** The subgraph with its captured values renamed; what it defines itself stays. */
  Graph inside(Graph subgraph) {
    Map<String, String> visible = new HashMap<>(names);
    visible.keySet().retainAll(GraphIndex.captures(subgraph));
    Renaming inside = new Renaming(visible);
    List<ValueInfo> outputs = new ArrayList<>();
    for (ValueInfo output : subgraph.outputs()) {
      outputs.add(new ValueInfo(inside.of(output.name()), output.type(), output.extra()));
    }
    return subgraph
        .withNodes(subgraph.nodes().stream().map(inside::of).toList())
        .withOutputs(outputs);
  }
}
