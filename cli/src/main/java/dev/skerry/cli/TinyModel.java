package dev.skerry.cli;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What the launcher's training runs work on: a convolution, its activation and a classifier, from
 * {@code image} [N, 3, 8, 8] to {@code scores} [N, 2].
 */
final class TinyModel {
  private TinyModel() {}

  /** Writes the model to {@code file}. */
  static void write(Path file) {
    ModelWriter.write(model(), file);
  }

  private static Model model() {
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("filters", Tensor.ofFloats(new long[] {4, 3, 3, 3}, new float[108]));
    weights.put("matrix", Tensor.ofFloats(new long[] {4, 2}, new float[8]));
    Graph graph =
        new Graph(
            "tiny",
            List.of(ValueInfo.of("image", DataType.FLOAT, 1, 3, 8, 8)),
            List.of(ValueInfo.of("scores", DataType.FLOAT, 1, 2)),
            List.of(),
            weights,
            List.of(
                Node.of("Conv", "conv", List.of("image", "filters"), List.of("a")),
                Node.of("Relu", "relu", List.of("a"), List.of("b")),
                Node.of("GlobalAveragePool", "pool", List.of("b"), List.of("c")),
                Node.of("Flatten", "flat", List.of("c"), List.of("d")),
                Node.of("Gemm", "dense", List.of("d", "matrix"), List.of("scores"))),
            Bytes.EMPTY);
    return Model.of(8, 17, graph);
  }
}
