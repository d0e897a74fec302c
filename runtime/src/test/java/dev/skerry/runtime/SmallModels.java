package dev.skerry.runtime;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Models of a few nodes, made for one test each. */
final class SmallModels {
  private static final long IR_VERSION = 10;
  private static final long OPSET = 21;

  private SmallModels() {}

  /** {@code y = x} for any tensor type, [N, 3]. */
  static Model identity(DataType type) {
    return model(
        List.of(declared("x", type)),
        List.of(declared("y", type)),
        new LinkedHashMap<>(),
        Node.of("Identity", "id", List.of("x"), List.of("y")));
  }

  /** {@code y = x} cast to {@code to}, [N, 3]. */
  static Model cast(DataType from, DataType to) {
    return model(
        List.of(declared("x", from)),
        List.of(declared("y", to)),
        new LinkedHashMap<>(),
        Node.of("Cast", "cast", List.of("x"), List.of("y"))
            .with("to", Attribute.of((long) to.code())));
  }

  /** {@code x[N, size]} times {@code count} random square matrices: as slow as one likes. */
  static Model chain(int size, int count) {
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      weights.put("w" + i, Tensor.ofFloats(new long[] {size, size}, weights(size * size)));
      nodes.add(
          Node.of(
              "MatMul",
              "m" + i,
              List.of(i == 0 ? "x" : "y" + i, "w" + i),
              List.of(i == count - 1 ? "y" : "y" + (i + 1))));
    }
    return model(
        List.of(matrix("x", size)),
        List.of(matrix("y", size)),
        weights,
        nodes.toArray(Node[]::new));
  }

  /** The places where {@code x[N, 3]} is not zero: an output whose shape depends on the data. */
  static Model nonZero() {
    ValueInfo places =
        new ValueInfo(
            "y",
            new Type.Tensor(
                DataType.INT64, List.of(new Dimension.Fixed(2), new Dimension.Symbol("M"))),
            Bytes.EMPTY);
    return model(
        List.of(declared("x", DataType.FLOAT)),
        List.of(places),
        new LinkedHashMap<>(),
        Node.of("NonZero", "nz", List.of("x"), List.of("y")));
  }

  static Model model(
      List<ValueInfo> inputs,
      List<ValueInfo> outputs,
      SequencedMap<String, Tensor> weights,
      Node... nodes) {
    Graph graph =
        new Graph("small", inputs, outputs, List.of(), weights, List.of(nodes), Bytes.EMPTY);
    return Model.of(IR_VERSION, OPSET, graph);
  }

  private static ValueInfo declared(String name, DataType type) {
    return matrix(name, type, 3);
  }

  private static ValueInfo matrix(String name, long columns) {
    return matrix(name, DataType.FLOAT, columns);
  }

  private static ValueInfo matrix(String name, DataType type, long columns) {
    return new ValueInfo(
        name,
        new Type.Tensor(type, List.of(new Dimension.Symbol("N"), new Dimension.Fixed(columns))),
        Bytes.EMPTY);
  }

  private static float[] weights(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i * 31 % 101 - 50) / 1000f;
    }
    return values;
  }
}
