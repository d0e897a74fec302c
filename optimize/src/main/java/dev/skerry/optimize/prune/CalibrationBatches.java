package dev.skerry.optimize.prune;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.moments.SampleBatches;
import dev.skerry.optimize.train.LossGradients;
import dev.skerry.runtime.data.Sample;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.data.SampleStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Some samples, joined to batches where the model takes several at once. */
final class CalibrationBatches {
  /** Samples of a batch over which statistics are taken. */
  private static final int LARGE = 64;

  /** Samples whose gradients are averaged before they are squared. */
  private static final int SMALL = 16;

  private static final long SEED = 7;

  private final List<Map<String, Tensor>> samples;
  private final List<Integer> labels;
  private final boolean real;
  private final boolean joined;

  private CalibrationBatches(
      List<Map<String, Tensor>> samples, List<Integer> labels, boolean real, boolean joined) {
    this.samples = samples;
    this.labels = labels;
    this.real = real;
    this.joined = joined;
  }

  /** The samples that {@code request} names; made-up ones, for shapes alone, when it names none. */
  static CalibrationBatches read(PruneRequest request, Model model) {
    Path data = request.data();
    try (SampleSource source =
        data == null
            ? SampleSource.random(request.description(), model, 2, SEED)
            : SampleSource.open(request.description(), model, data, request.labels())) {
      SampleSource some =
          source.size() > request.samples() ? source.limit(request.samples()) : source;
      List<Map<String, Tensor>> samples = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      try (SampleStream stream = some.samples()) {
        stream.forEachRemaining(sample -> keep(sample, samples, labels));
      }
      return new CalibrationBatches(
          shuffled(samples), shuffled(labels), data != null, SampleBatches.takesMany(model));
    }
  }

  private static void keep(Sample sample, List<Map<String, Tensor>> samples, List<Integer> labels) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    sample.inputs().forEach((name, tensor) -> copies.put(name, tensor.copy()));
    samples.add(copies);
    labels.add(sample.label());
  }

  /** Class folders come one after the other; batches should hold all classes. */
  private static <T> List<T> shuffled(List<T> list) {
    List<T> mixed = new ArrayList<>(list);
    Collections.shuffle(mixed, new Random(SEED));
    return mixed;
  }

  /** Whether there are no real samples. */
  boolean isEmpty() {
    return !real;
  }

  /**
   * @param instead what can be done without samples, or nothing
   */
  void require(String what, String instead) {
    if (isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s needs samples: add calibration = \"...\" under [data], or give --data%s"
              .formatted(what, instead));
    }
  }

  /** Two samples, or the one that the model takes at a time. */
  Map<String, Tensor> first() {
    return joined(0, Math.min(joined ? 2 : 1, samples.size()));
  }

  /** Batches for statistics. */
  List<Map<String, Tensor>> large() {
    List<Map<String, Tensor>> batches = new ArrayList<>();
    int size = joined ? Math.min(LARGE, samples.size()) : 1;
    for (int start = 0; start + size <= samples.size(); start += size) {
      batches.add(joined(start, start + size));
    }
    return batches;
  }

  /** Batches for gradients, with their classes. */
  List<LossGradients.Batch> small() {
    List<LossGradients.Batch> batches = new ArrayList<>();
    int size = joined ? Math.min(SMALL, samples.size()) : 1;
    for (int start = 0; start + size <= samples.size(); start += size) {
      batches.add(
          new LossGradients.Batch(
              joined(start, start + size), labels.subList(start, start + size)));
    }
    return batches;
  }

  private Map<String, Tensor> joined(int start, int end) {
    return SampleBatches.joined(samples.subList(start, end));
  }
}
