package dev.skerry.agent.engine;

import dev.skerry.graph.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/** Makes verified model files runnable. */
public interface ModelEngine {
  /**
   * Loads a model; the caller closes it.
   *
   * @throws dev.skerry.graph.SkerryException if the file cannot be loaded, naming the reason
   */
  LoadedModel load(Path file);

  /**
   * Microseconds that the longest node of a run takes, so how long stopping one may take; empty
   * where the engine does not say.
   */
  default OptionalDouble longestNodeMicros(Path file, Map<String, Tensor> given) {
    return OptionalDouble.empty();
  }

  /** Name and version, such as {@code onnxruntime 1.29.0}. */
  String version();
}
