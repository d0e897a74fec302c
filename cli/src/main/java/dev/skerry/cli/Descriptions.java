package dev.skerry.cli;

import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.List;

/** Where commands get a model's description from: its file, or a guess from the graph. */
final class Descriptions {
  private Descriptions() {}

  /** Whether {@code file} is a description rather than a model, by its name. */
  static boolean isDescription(Path file) {
    return file.toString().endsWith(".toml");
  }

  /** The description in {@code file}, or a guess when it is an ONNX file. */
  static ModelDescription.Guess of(Path file) {
    if (isDescription(file)) {
      return new ModelDescription.Guess(ModelDescription.read(file), List.of());
    }
    try (ModelFile model = ModelReader.read(file)) {
      return ModelDescription.guess(file, model.model());
    }
  }
}
