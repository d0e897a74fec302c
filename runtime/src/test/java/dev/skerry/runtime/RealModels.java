package dev.skerry.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the published models that tests tagged {@code real-data} run on. */
final class RealModels {
  private RealModels() {}

  /** The ONNX file of {@code name}; skips the test, saying so, when the folder is missing. */
  static Path model(String name) {
    String data = System.getProperty("skerry.data", "../../shared/data");
    Path file = Path.of(data, "models", name, "model.onnx");
    if (!Files.isRegularFile(file)) {
      Assumptions.abort("skipped: no model " + file);
    }
    return file;
  }
}
