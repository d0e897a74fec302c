package dev.skerry.agent.engine;

import java.nio.file.Path;

/** Makes verified model files runnable. */
public interface ModelEngine {
  /**
   * Loads a model; the caller closes it.
   *
   * @throws dev.skerry.graph.SkerryException if the file cannot be loaded, naming the reason
   */
  LoadedModel load(Path file);

  /** Name and version, such as {@code onnxruntime 1.29.0}. */
  String version();
}
