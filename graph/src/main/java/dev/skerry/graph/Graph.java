package dev.skerry.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A computation ({@code GraphProto}): nodes in an order in which they can run, joined by names.
 *
 * <p>Flat on purpose: nodes name the values they take and make and never hold one another, so
 * hashing and printing stay linear however often a value is shared. Equality of graphs is by
 * identity of their tensors; {@link GraphDiff} compares contents.
 *
 * @param inputs what a caller gives; older files list initializers here as well
 * @param values declared types of values inside ({@code value_info})
 * @param initializers constants by name, in file order
 * @param extra fields that Skerry does not model (documentation, sparse initializers, quantization
 *     annotations, metadata), encoded
 */
public record Graph(
    String name,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    List<ValueInfo> values,
    SequencedMap<String, Tensor> initializers,
    List<Node> nodes,
    Bytes extra) {

  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    values = List.copyOf(values);
    initializers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(initializers));
    nodes = List.copyOf(nodes);
  }

  /** The inputs that a caller must give: those that no initializer fills in. */
  public List<ValueInfo> requiredInputs() {
    return inputs.stream().filter(input -> !initializers.containsKey(input.name())).toList();
  }

  public List<String> outputNames() {
    return outputs.stream().map(ValueInfo::name).toList();
  }

  public Graph withNodes(List<Node> changed) {
    return new Graph(name, inputs, outputs, values, initializers, changed, extra);
  }

  public Graph withInputs(List<ValueInfo> changed) {
    return new Graph(name, changed, outputs, values, initializers, nodes, extra);
  }

  public Graph withOutputs(List<ValueInfo> changed) {
    return new Graph(name, inputs, changed, values, initializers, nodes, extra);
  }

  public Graph withValues(List<ValueInfo> changed) {
    return new Graph(name, inputs, outputs, changed, initializers, nodes, extra);
  }

  public Graph withInitializers(SequencedMap<String, Tensor> changed) {
    return new Graph(name, inputs, outputs, values, changed, nodes, extra);
  }
}
