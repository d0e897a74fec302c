package dev.skerry.agent.engine;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Provider;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;

/** Makes verified model files runnable. */
public interface ModelEngine {
  /**
   * Loads a model; the caller closes it.
   *
   * @throws SkerryException if the file cannot be loaded, naming the reason
   */
  LoadedModel load(Path file);

  /**
   * Microseconds that the longest node of a run takes, so how long stopping one may take; empty
   * where the engine does not say.
   */
  default OptionalDouble longestNodeMicros(Path file, Map<String, Tensor> given) {
    return OptionalDouble.empty();
  }

  /**
   * This engine with its models on another backend, the name of an execution provider. An engine
   * that was not told of any has the processor alone.
   *
   * @throws SkerryException if there is no such backend
   */
  default ModelEngine on(String backend) {
    if (!backend.equals(Provider.CPU.name())) {
      throw new SkerryException(
          ErrorCode.ENGINE, "the backend '%s' is not configured any more".formatted(backend));
    }
    return this;
  }

  /**
   * Share of a model's nodes that run on this backend and not on the processor instead; empty where
   * the engine does not say.
   */
  default OptionalDouble placedShare(Path file, Map<String, Tensor> given) {
    return OptionalDouble.empty();
  }

  /** Name and version, such as {@code onnxruntime 1.29.0}. */
  String version();
}
