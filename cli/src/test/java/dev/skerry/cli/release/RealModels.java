package dev.skerry.cli.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Finds the published models that tests tagged {@code real-data} run on. */
final class RealModels {
  private RealModels() {}

  /** The folder of models; skips the test, saying so, when it is missing. */
  private static Path folder() {
    Path folder = Path.of(System.getProperty("skerry.data", "../../shared/data"), "models");
    if (!Files.isDirectory(folder)) {
      Assumptions.abort("skipped: no models in " + folder);
    }
    return folder;
  }

  /** The ONNX files of all models. */
  static List<Path> all() throws IOException {
    try (Stream<Path> folders = Files.list(folder())) {
      return folders
          .map(model -> model.resolve("model.onnx"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  /** A file of the model {@code name}. */
  static Path file(String name, String file) {
    return folder().resolve(name).resolve(file);
  }
}
