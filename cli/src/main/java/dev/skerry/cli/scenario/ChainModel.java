package dev.skerry.cli.scenario;

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
import java.util.SplittableRandom;

/** A model that takes as long as one likes: a square matrix times one weight again and again. */
final class ChainModel {
  private static final long IR_VERSION = 10;
  private static final long OPSET = 21;

  private ChainModel() {}

  /** {@code x[size, size] * w * w * ...}, {@code nodes} times. */
  static Model of(int nodes, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((random.nextDouble() - 0.5) * Math.sqrt(12.0 / size)); // keeps the norm
    }
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("w", Tensor.ofFloats(new long[] {size, size}, values));
    List<Node> chain = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String from = i == 0 ? "x" : "h" + i;
      String to = i == nodes - 1 ? "y" : "h" + (i + 1);
      chain.add(Node.of("MatMul", "m" + i, List.of(from, "w"), List.of(to)));
    }
    return Model.of(
        IR_VERSION,
        OPSET,
        new Graph(
            "chain",
            List.of(matrix("x", size)),
            List.of(matrix("y", size)),
            List.of(),
            weights,
            chain,
            Bytes.EMPTY));
  }

  private static ValueInfo matrix(String name, int size) {
    Dimension side = new Dimension.Fixed(size);
    return new ValueInfo(name, new Type.Tensor(DataType.FLOAT, List.of(side, side)), Bytes.EMPTY);
  }
}
