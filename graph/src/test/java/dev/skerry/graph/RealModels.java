package dev.skerry.graph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The published models that tests tagged {@code real-data} read. */
final class RealModels {
  private RealModels() {}

  /** All model files in the data folder; says that the test is skipped when there is none. */
  static List<Path> all() {
    String data = System.getProperty("skerry.data", "");
    Path models = Path.of(data, "models");
    if (data.isEmpty() || !Files.isDirectory(models)) {
      return Assumptions.abort("skipped: no folder " + models + " (set -Dskerry.data)");
    }
    try (Stream<Path> files = Files.walk(models)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
