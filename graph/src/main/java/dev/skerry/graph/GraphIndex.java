package dev.skerry.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes and who takes each value of one graph. Made once per graph, which never changes.
 *
 * <p>A value that a subgraph takes from outside counts as a use by the node that holds the
 * subgraph. Only this graph's own constants are constants here.
 */
public final class GraphIndex {
  private final Graph graph;
  private final Map<String, Node> producers = new HashMap<>();
  private final Map<String, List<Node>> consumers = new HashMap<>();
  private final Set<String> inputs = new HashSet<>();
  private final Set<String> outputs = new HashSet<>();

  public GraphIndex(Graph graph) {
    this.graph = graph;
    graph.inputs().forEach(input -> inputs.add(input.name()));
    outputs.addAll(graph.outputNames());
    for (Node node : graph.nodes()) {
      for (String output : node.outputs()) {
        if (!output.isEmpty()) {
          producers.put(output, node);
        }
      }
      for (String value : uses(node)) {
        consumers.computeIfAbsent(value, _ -> new ArrayList<>()).add(node);
      }
    }
  }

  public Graph graph() {
    return graph;
  }

  /** The node that makes {@code value}; empty for inputs, initializers and outer values. */
  public Optional<Node> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** The nodes that take {@code value}, each once, in graph order. */
  public List<Node> consumers(String value) {
    return consumers.getOrDefault(value, List.of());
  }

  /** Whether the graph itself gives {@code value} to its caller. */
  public boolean isOutput(String value) {
    return outputs.contains(value);
  }

  public boolean isInput(String value) {
    return inputs.contains(value);
  }

  /**
   * The only node that takes {@code value}; empty when there are more, none, or the graph itself
   * gives the value away.
   */
  public Optional<Node> onlyConsumer(String value) {
    List<Node> takers = consumers(value);
    return takers.size() == 1 && !isOutput(value)
        ? Optional.of(takers.getFirst())
        : Optional.empty();
  }

  /**
   * The constant that {@code value} always is: an initializer that no caller can override, or the
   * output of a {@code Constant} node that holds a tensor.
   */
  public Optional<Tensor> constant(String value) {
    Tensor initializer = graph.initializers().get(value);
    if (initializer != null) {
      return inputs.contains(value) ? Optional.empty() : Optional.of(initializer);
    }
    Node producer = producers.get(value);
    return producer == null ? Optional.empty() : constantOf(producer);
  }

  /** What a {@code Constant} node holds; empty for other nodes and for strings and sparse ones. */
  public static Optional<Tensor> constantOf(Node node) {
    if (!node.is("Constant") || node.attributes().size() != 1) {
      return Optional.empty();
    }
    @Nullable Tensor held =
        switch (node.attributes().firstEntry().getValue()) {
          case Attribute.TensorValue(Tensor value) -> value;
          case Attribute.Float(float value) -> Tensor.scalar(value);
          case Attribute.Int(long value) -> Tensor.scalar(value);
          case Attribute.Ints ints -> Tensor.vector(ints.toArray());
          case Attribute.Floats(List<Float> values) -> floats(values);
          case Attribute.Text _, Attribute.Texts _, Attribute.Other _ -> null;
          case Attribute.GraphValue _, Attribute.Graphs _, Attribute.Tensors _ -> null;
        };
    return Optional.ofNullable(held);
  }

  private static Tensor floats(List<Float> values) {
    float[] data = new float[values.size()];
    for (int i = 0; i < data.length; i++) {
      data[i] = values.get(i);
    }
    return Tensor.ofFloats(new long[] {data.length}, data);
  }

  /** Every value that {@code node} takes, those of its subgraphs from outside included. */
  public static Set<String> uses(Node node) {
    Set<String> uses = new LinkedHashSet<>(node.inputs());
    for (Graph subgraph : node.subgraphs()) {
      uses.addAll(captures(subgraph));
    }
    uses.remove("");
    return uses;
  }

  /** The values that {@code subgraph} takes from around it. */
  public static Set<String> captures(Graph subgraph) {
    Set<String> defined = new HashSet<>(subgraph.initializers().keySet());
    subgraph.inputs().forEach(input -> defined.add(input.name()));
    Set<String> captured = new LinkedHashSet<>();
    for (Node node : subgraph.nodes()) {
      for (String value : uses(node)) {
        if (!defined.contains(value)) {
          captured.add(value);
        }
      }
      defined.addAll(node.outputs());
    }
    for (String output : subgraph.outputNames()) {
      if (!defined.contains(output)) {
        captured.add(output);
      }
    }
    return captured;
  }
}
