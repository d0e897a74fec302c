package dev.skerry.runtime.metric;

import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The outputs (or inputs) of a batch, taken apart into samples. */
final class OutputRows {
  private final int samples;
  private final Map<String, float[]> values = new HashMap<>();

  /**
   * @param samples in the batch; the first axis of every tensor counts them, unless there is one
   */
  OutputRows(int samples, Map<String, Tensor> tensors) {
    this.samples = samples;
    tensors.forEach((name, tensor) -> values.put(name, tensor.toFloats()));
  }

  /** The values of one sample; empty when there is no such tensor. */
  float[] row(String name, int sample) {
    float[] all = values.getOrDefault(name, new float[0]);
    if (samples == 1) {
      return all;
    }
    int size = all.length / samples;
    return Arrays.copyOfRange(all, sample * size, (sample + 1) * size);
  }
}
