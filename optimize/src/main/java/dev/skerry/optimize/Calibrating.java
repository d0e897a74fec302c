package dev.skerry.optimize;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.quantize.Placement;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Owns what calibration data gives to the searches of all targets: one pass serves them all. */
final class Calibrating implements AutoCloseable {
  /** Samples on which the metric is compared while searching. */
  private static final int TUNING_SAMPLES = 512;

  /** Samples on which single nodes are compared while searching. */
  private static final int QUICK_SAMPLES = 8;

  static final int JUDGING_THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

  private final @Nullable CalibrationData data;
  private final Variants.@Nullable Calibrated calibrated;

  private Calibrating(@Nullable CalibrationData data, Variants.@Nullable Calibrated calibrated) {
    this.data = data;
    this.calibrated = calibrated;
  }

  /**
   * Observes {@code base} on the calibration data of {@code request}, where there is any.
   *
   * @param original the reference of every comparison
   */
  static Calibrating open(OptimizeRequest request, Model original, Model base) {
    ModelDescription description = request.description();
    Path place = description.data().calibration();
    Placement everywhere = new Placement(new GraphIndex(base.graph()), Set.of());
    if (place == null || everywhere.weighted().isEmpty()) {
      return new Calibrating(null, null);
    }
    CalibrationData data =
        CalibrationData.open(description, original, place, request.samples(), TUNING_SAMPLES);
    request.progress().accept("observe ranges on " + data.observedSamples() + " samples");
    Observations observations =
        data.observe(base, new LinkedHashSet<>(everywhere.quantizedValues()));
    observations.requireFinite();
    SampleSource tuning = data.tuning();
    Evaluator judge = Evaluator.of(description, original, tuning, JUDGING_THREADS);
    return new Calibrating(
        data,
        new Variants.Calibrated(
            data,
            observations,
            judge,
            Evaluator.of(description, original, tuning.limit(QUICK_SAMPLES), JUDGING_THREADS),
            judge.metric().needsLabels(),
            description.goal().maxDropPp()));
  }

  /** What the searches take; null without calibration data or anything to calibrate. */
  Variants.@Nullable Calibrated calibrated() {
    return calibrated;
  }

  /** Samples from which ranges were taken. */
  int samples() {
    return data == null ? 0 : data.observedSamples();
  }

  @Override
  public void close() {
    if (calibrated != null) {
      calibrated.quick().close();
      calibrated.tuning().close();
    }
    if (data != null) {
      data.close();
    }
  }
}
