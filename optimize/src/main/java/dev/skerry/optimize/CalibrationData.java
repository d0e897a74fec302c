package dev.skerry.optimize;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.observe.Observer;
import dev.skerry.runtime.data.Sample;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.data.SampleStream;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Calibration samples, parted so that ranges and decisions do not come from the same ones where
 * there are enough.
 */
final class CalibrationData implements AutoCloseable {
  /** Fewer samples than this serve both purposes, pictures for decisions in several views. */
  private static final int LEAST_TO_PART = 128;

  private final SampleSource all;
  private final SampleSource observed;
  private final SampleSource tuning;

  private CalibrationData(SampleSource all, SampleSource observed, SampleSource tuning) {
    this.all = all;
    this.observed = observed;
    this.tuning = tuning;
  }

  /**
   * Opens the calibration data that {@code description} names at {@code place}.
   *
   * @param samples for ranges, at most
   * @param tuningSamples for decisions, at most
   */
  static CalibrationData open(
      ModelDescription description, Model model, Path place, int samples, int tuningSamples) {
    SampleSource all = SampleSource.open(description, model, place);
    if (all.size() < LEAST_TO_PART) {
      SampleSource varied = all.varied(description, model);
      return new CalibrationData(all, all.limit(samples), varied.limit(tuningSamples));
    }
    return new CalibrationData(
        all, all.slice(0, 2).limit(samples), all.slice(1, 2).limit(tuningSamples));
  }

  int observedSamples() {
    return observed.size();
  }

  /** What decisions are made on. */
  SampleSource tuning() {
    return tuning;
  }

  /** The distributions of {@code values} on the samples for ranges. */
  Observations observe(Model model, Set<String> values) {
    try (SampleStream samples = observed.samples()) {
      return Observer.observe(model, values, inputs(samples));
    }
  }

  private static Iterator<Map<String, Tensor>> inputs(SampleStream samples) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return samples.hasNext();
      }

      @Override
      public Map<String, Tensor> next() {
        return samples.next().inputs();
      }
    };
  }

  /** A few of the samples for ranges, to be kept. */
  List<Map<String, Tensor>> few(int count) {
    List<Map<String, Tensor>> few = new ArrayList<>();
    SampleSource chosen = observed.limit(count);
    for (int i = 0; i < chosen.size(); i++) {
      Sample sample = chosen.read(i);
      few.add(sample.inputs());
    }
    return few;
  }

  @Override
  public void close() {
    all.close();
  }
}
