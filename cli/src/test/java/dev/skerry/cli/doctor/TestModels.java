package dev.skerry.cli.doctor;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Small models with and without a fault, built up from one that has none. */
final class TestModels {
  private List<ValueInfo> inputs = List.of(ValueInfo.of("x", DataType.FLOAT, 1, 4, 8, 8));
  private final List<ValueInfo> outputs = List.of(ValueInfo.of("y", DataType.FLOAT, 1, 4, 8, 8));
  private final SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private long opset = 17;

  static TestModels empty() {
    return new TestModels();
  }

  /** A convolution of [1, 4, 8, 8] without a fault. */
  static TestModels healthy() {
    return empty().weight("w", filters()).node("Conv", "y", "x", "w");
  }

  /** 4 filters of 4 channels, 1 by 1. */
  static Tensor filters() {
    return Tensor.ofFloats(new long[] {4, 4, 1, 1}, new float[16]);
  }

  TestModels weight(String name, Tensor value) {
    weights.put(name, value);
    return this;
  }

  TestModels node(String op, String output, String... takes) {
    return add(Node.of(op, op.toLowerCase(java.util.Locale.ROOT), List.of(takes), List.of(output)));
  }

  TestModels add(Node node) {
    nodes.add(node);
    return this;
  }

  TestModels inputs(ValueInfo... changed) {
    inputs = List.of(changed);
    return this;
  }

  TestModels opset(long changed) {
    opset = changed;
    return this;
  }

  Model model() {
    return Model.of(
        8, opset, new Graph("g", inputs, outputs, List.of(), weights, nodes, Bytes.EMPTY));
  }
}
