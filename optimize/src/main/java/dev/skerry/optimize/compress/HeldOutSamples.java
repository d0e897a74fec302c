package dev.skerry.optimize.compress;

import dev.skerry.graph.Model;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import java.nio.file.Path;

/**
 * Judges candidates on calibration samples that no training learns from.
 *
 * <p>A model that was trained on its calibration data does better there than on anything new, and
 * what is cut out of it does not. So points lost are counted from what the original reaches on
 * these samples or on validation data, whichever is the lower; candidates see validation data only
 * at the end.
 */
final class HeldOutSamples implements AutoCloseable {
  /** Share of the calibration data. */
  static final double SHARE = 0.1;

  private static final int MOST = 3000;

  private final SampleSource all;
  private final SampleSource heldOut;
  private final Evaluator evaluator;
  private final double reference;

  private HeldOutSamples(
      SampleSource all, SampleSource heldOut, Evaluator evaluator, double reference) {
    this.all = all;
    this.heldOut = heldOut;
    this.evaluator = evaluator;
    this.reference = reference;
  }

  /** Runs {@code original} on them, and on at most {@code validationSamples} for validation. */
  static HeldOutSamples open(
      ModelDescription description,
      Model original,
      Path calibration,
      int validationSamples,
      int threads) {
    SampleSource all = SampleSource.open(description, original, calibration);
    int every = (int) Math.round(1 / SHARE);
    SampleSource heldOut = (all.size() < every ? all : all.slice(every - 1, every)).limit(MOST);
    Evaluator evaluator = Evaluator.of(description, original, heldOut, threads);
    double reference = evaluator.referenceValue();
    if (description.data().validation() != null) {
      try (SampleSource validation = SampleSource.validation(description, original);
          Evaluator once =
              Evaluator.of(description, original, validation.limit(validationSamples), threads)) {
        if (once.metric().equals(evaluator.metric())) {
          reference = worse(evaluator.metric(), reference, once.referenceValue());
        }
      }
    }
    return new HeldOutSamples(all, heldOut, evaluator, reference);
  }

  private static double worse(Metric metric, double a, double b) {
    return metric instanceof Metric.Mse ? Math.max(a, b) : Math.min(a, b);
  }

  /** Points of the metric that {@code model} loses; of an error, by how many percent it grows. */
  double lostPp(Model model) {
    return lostPp(evaluator.score(model).value());
  }

  /** The same of the original; at most 0. */
  double originalLostPp() {
    return lostPp(evaluator.referenceValue());
  }

  private double lostPp(double value) {
    return evaluator.metric().lostPp(reference, value);
  }

  /** What points lost are counted from. */
  double reference() {
    return reference;
  }

  int size() {
    return heldOut.size();
  }

  /** Samples of the whole calibration data. */
  int calibrationSamples() {
    return all.size();
  }

  boolean hasLabels() {
    return all.hasLabels();
  }

  SampleSource samples() {
    return heldOut;
  }

  /** Others, which training learns from. */
  SampleSource learned() {
    return all.slice(0, 2);
  }

  @Override
  public void close() {
    evaluator.close();
    all.close();
  }
}
