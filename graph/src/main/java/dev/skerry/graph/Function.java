package dev.skerry.graph;

import java.util.List;

/**
 * An operator that a model defines by other operators ({@code FunctionProto}).
 *
 * @param extra fields that Skerry does not model (attributes and their defaults, opset imports,
 *     documentation, overload, value types, metadata), encoded
 */
public record Function(
    String domain,
    String name,
    List<String> inputs,
    List<String> outputs,
    List<Node> nodes,
    List<OperatorSet> opsets,
    Bytes extra) {
  public Function {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    nodes = List.copyOf(nodes);
    opsets = List.copyOf(opsets);
  }
}
