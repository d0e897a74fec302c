package dev.skerry.optimize.pipeline;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Nodes and constants that are being added to a graph, all of them named under one prefix. */
final class Sketch {
  private final String prefix;
  private final List<Node> nodes = new ArrayList<>();
  private final SequencedMap<String, Tensor> constants = new LinkedHashMap<>();

  /**
   * @param prefix of all names, such as {@code image/}; no name of the graph begins with it
   */
  Sketch(String prefix) {
    this.prefix = prefix;
  }

  List<Node> nodes() {
    return nodes;
  }

  SequencedMap<String, Tensor> constants() {
    return constants;
  }

  /** A constant called {@code name} under the prefix. */
  String constant(String name, Tensor value) {
    constants.put(prefix + name, value);
    return prefix + name;
  }

  String longs(String name, long... values) {
    return constant(name, Tensor.vector(values));
  }

  /** Rounded to single precision. */
  String floats(String name, long[] dims, double... values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    return constant(name, Tensor.ofFloats(dims, rounded));
  }

  String number(String name, double value) {
    return floats(name, new long[0], value);
  }

  /** Adds a node with one output, named {@code name} as it is; returns the output's name. */
  String add(String op, String name, String... inputs) {
    return add(Node.of(op, prefix + name, Arrays.asList(inputs), List.of(prefix + name)));
  }

  String add(String op, String name, String attribute, Attribute value, String... inputs) {
    return add(
        Node.of(op, prefix + name, Arrays.asList(inputs), List.of(prefix + name))
            .with(attribute, value));
  }

  /** Adds {@code node} under {@code name}, whatever it was called; it makes one value. */
  String add(Node node, String name) {
    return add(node.withName(prefix + name).withOutputs(List.of(prefix + name)));
  }

  /** Adds {@code node}, which is named after its first output and may make values of any name. */
  String add(Node node) {
    String name = node.output(0);
    nodes.add(node.withName(name.startsWith(prefix) ? name : prefix + name));
    return name;
  }

  /** The full name of the value {@code name}. */
  String name(String name) {
    return prefix + name;
  }

  String cast(String name, DataType type, String value) {
    return add("Cast", name, "to", Attribute.of((long) type.code()), value);
  }
}
