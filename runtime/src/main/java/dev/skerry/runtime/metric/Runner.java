package dev.skerry.runtime.metric;

import dev.skerry.graph.Tensor;
import java.util.Map;
import java.util.SequencedMap;

/** Whatever turns inputs into outputs, such as {@code session::run}. */
@FunctionalInterface
public interface Runner {
  /** All outputs by name, owned by the caller; {@code inputs} are lent for the call. */
  SequencedMap<String, Tensor> run(Map<String, Tensor> inputs);
}
