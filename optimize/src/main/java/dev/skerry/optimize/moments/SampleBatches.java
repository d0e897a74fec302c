package dev.skerry.optimize.moments;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.metric.BatchSize;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Samples joined along the first axis. */
public final class SampleBatches {
  private SampleBatches() {}

  /** Whether {@code model} leaves the first axis of every input open. */
  public static boolean takesMany(Model model) {
    return model.graph().requiredInputs().stream().allMatch(BatchSize::isOpen);
  }

  /**
   * Batches of at most {@code size} samples in their order, of one sample where {@code model} takes
   * no more; samples of different shapes do not come together.
   */
  public static List<Map<String, Tensor>> of(
      Model model, List<Map<String, Tensor>> samples, int size) {
    int most = takesMany(model) ? size : 1;
    List<Map<String, Tensor>> batches = new ArrayList<>();
    int start = 0;
    for (int end = 1; end <= samples.size(); end++) {
      if (end == samples.size()
          || end - start == most
          || !sameShapes(samples.get(start), samples.get(end))) {
        batches.add(joined(samples.subList(start, end)));
        start = end;
      }
    }
    return batches;
  }

  private static boolean sameShapes(Map<String, Tensor> one, Map<String, Tensor> other) {
    return one.entrySet().stream()
        .allMatch(entry -> {
          Tensor same = other.get(entry.getKey());
          return same != null && Arrays.equals(entry.getValue().dims(), same.dims());
        });
  }

  /** Samples of the same shapes as one batch. */
  public static Map<String, Tensor> joined(List<Map<String, Tensor>> samples) {
    if (samples.size() == 1) {
      return samples.getFirst();
    }
    Map<String, Tensor> batch = new LinkedHashMap<>();
    for (String name : samples.getFirst().keySet()) {
      batch.put(
          name,
          stacked(
              samples.stream().map(sample -> sample.getOrDefault(name, Tensor.vector())).toList()));
    }
    return batch;
  }

  private static Tensor stacked(List<Tensor> parts) {
    Tensor first = parts.getFirst();
    long[] dims = first.dims();
    dims[0] *= parts.size();
    MemorySegment data = MemorySegment.ofArray(new byte[(int) (first.byteSize() * parts.size())]);
    for (int i = 0; i < parts.size(); i++) {
      data.asSlice(i * first.byteSize(), first.byteSize()).copyFrom(parts.get(i).data());
    }
    return Tensor.of(first.type(), dims, data);
  }
}
