package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Runs the quick commands once on a tiny model, with nothing printed: the launcher keeps the
 * classes and profiles of this run so that later starts are fast.
 */
@Command(name = "warm-up", hidden = true, description = "Run the quick commands once, silently.")
final class WarmUpCommand implements Callable<Integer> {
  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("skerry-warm-up");
    Path model = folder.resolve("tiny.onnx");
    try {
      ModelWriter.write(tiny(), model);
      Terminal coloured =
          Terminal.watched(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), 100);
      for (String arguments : List.of("inspect", "inspect --json", "inspect --text", "doctor")) {
        String[] words = (arguments + " " + model).split(" ", -1);
        Skerry.run(coloured, words);
      }
      Skerry.run(coloured, "--help");
      Skerry.run(coloured, "inspect", "--help");
      ServingWarmUp.run(model);
      AgentWarmUp.run(coloured);
      return 0;
    } finally {
      Files.deleteIfExists(model);
      Files.delete(folder);
    }
  }

  /** A convolution, its activation and a classifier: [N, 3, 8, 8] to [N, 2]. */
  private static Model tiny() {
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
