package dev.skerry.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Engine tensors over memory that others own, for as long as one run.
 *
 * @param tensors by the name of the input
 */
record Lent(SequencedMap<String, OnnxTensor> tensors) implements AutoCloseable {

  /** Lends {@code given}; heap memory through copies in {@code arena}, which must outlive this. */
  static Lent of(Map<String, Tensor> given, Arena arena) throws OrtException {
    Lent lent = new Lent(new LinkedHashMap<>());
    try {
      for (Map.Entry<String, Tensor> entry : given.entrySet()) {
        String name = entry.getKey();
        lent.tensors.put(name, NativeTensors.lend(name, entry.getValue(), arena));
      }
      return lent;
    } catch (OrtException | RuntimeException | Error e) {
      lent.close();
      throw e;
    }
  }

  @Override
  public void close() {
    OnnxValue.close(tensors);
  }
}
