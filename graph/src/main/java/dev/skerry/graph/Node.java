package dev.skerry.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * One operation ({@code NodeProto}). Values are named; an empty name marks an optional input or
 * output that is not there.
 *
 * @param name for people; may be empty, otherwise it differs from those of other nodes in the graph
 * @param domain empty for standard ONNX operators
 * @param op the operator's type, such as {@code Conv}
 * @param extra fields that Skerry does not model (documentation, overload, metadata), encoded
 */
public record Node(
    String name,
    String domain,
    String op,
    List<String> inputs,
    List<String> outputs,
    SequencedMap<String, Attribute> attributes,
    Bytes extra) {

  public Node {
    domain = domain.equals("ai.onnx") ? "" : domain;
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(attributes));
  }

  /** A standard operator without attributes. */
  public static Node of(String op, String name, List<String> inputs, List<String> outputs) {
    return new Node(name, "", op, inputs, outputs, new LinkedHashMap<>(), Bytes.EMPTY);
  }

  /** Whether this is the standard ONNX operator {@code type}. */
  public boolean is(String type) {
    return domain.isEmpty() && op.equals(type);
  }

  /** The input at {@code index}, or the empty name when it is not given. */
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  public boolean hasInput(int index) {
    return !input(index).isEmpty();
  }

  /** The output at {@code index}, or the empty name when it is not asked for. */
  public String output(int index) {
    return index < outputs.size() ? outputs.get(index) : "";
  }

  public Optional<Attribute> attribute(String key) {
    return Optional.ofNullable(attributes.get(key));
  }

  public long intAttribute(String key, long whenAbsent) {
    return attributes.get(key) instanceof Attribute.Int(long value) ? value : whenAbsent;
  }

  public float floatAttribute(String key, float whenAbsent) {
    return attributes.get(key) instanceof Attribute.Float(float value) ? value : whenAbsent;
  }

  public String textAttribute(String key, String whenAbsent) {
    return attributes.get(key) instanceof Attribute.Text(Bytes value) ? value.utf8() : whenAbsent;
  }

  /** The integers under {@code key}; empty when the attribute is absent. */
  public Optional<long[]> intsAttribute(String key) {
    return attributes.get(key) instanceof Attribute.Ints ints
        ? Optional.of(ints.toArray())
        : Optional.empty();
  }

  public Node with(String key, Attribute value) {
    SequencedMap<String, Attribute> changed = new LinkedHashMap<>(attributes);
    changed.put(key, value);
    return new Node(name, domain, op, inputs, outputs, changed, extra);
  }

  public Node without(String key) {
    SequencedMap<String, Attribute> changed = new LinkedHashMap<>(attributes);
    changed.remove(key);
    return new Node(name, domain, op, inputs, outputs, changed, extra);
  }

  public Node withName(String changed) {
    return new Node(changed, domain, op, inputs, outputs, attributes, extra);
  }

  public Node withInputs(List<String> changed) {
    return new Node(name, domain, op, changed, outputs, attributes, extra);
  }

  public Node withInput(int index, String value) {
    List<String> changed = new java.util.ArrayList<>(inputs);
    while (changed.size() <= index) {
      changed.add("");
    }
    changed.set(index, value);
    return withInputs(changed);
  }

  public Node withOutputs(List<String> changed) {
    return new Node(name, domain, op, inputs, changed, attributes, extra);
  }

  /** The graphs inside this node's attributes: branches of {@code If}, bodies of loops. */
  public List<Graph> subgraphs() {
    if (attributes.isEmpty()) {
      return List.of();
    }
    return attributes.values().stream()
        .<Graph>mapMulti((attribute, sink) -> {
          if (attribute instanceof Attribute.GraphValue(Graph graph)) {
            sink.accept(graph);
          } else if (attribute instanceof Attribute.Graphs(List<Graph> graphs)) {
            graphs.forEach(sink);
          }
        })
        .toList();
  }

  /** This node with every graph inside its attributes changed by {@code change}. */
  public Node mapSubgraphs(UnaryOperator<Graph> change) {
    if (subgraphs().isEmpty()) {
      return this;
    }
    SequencedMap<String, Attribute> changed = new LinkedHashMap<>(attributes);
    changed.replaceAll((_, attribute) -> {
      if (attribute instanceof Attribute.GraphValue(Graph graph)) {
        return new Attribute.GraphValue(change.apply(graph));
      }
      return attribute instanceof Attribute.Graphs(List<Graph> graphs)
          ? new Attribute.Graphs(graphs.stream().map(change).toList())
          : attribute;
    });
    return new Node(name, domain, op, inputs, outputs, changed, extra);
  }

  /** How messages speak of this node: its operator with its name, or with its first output. */
  public String label() {
    String operator = domain.isEmpty() ? op : domain + "." + op;
    return operator + " '" + (name.isEmpty() ? output(0) : name) + "'";
  }
}
