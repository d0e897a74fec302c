package dev.skerry.optimize.compress;

import dev.skerry.graph.Model;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Judges candidates on calibration samples that no training learns from.
 *
 * <p>A model that was trained on its calibration data does better there than on anything new, and
 * what is cut out of it still does until it has learned anew without these samples. Therefore a
 * candidate's accuracy on new data is estimated by post-stratification: its accuracy where the
 * original is right and where it is wrong, weighed by how often the original is either on
 * validation data. That is too low for a candidate that knows these samples no better than new
 * ones, for which its accuracy here is right; after a pass over the others it is taken to be half
 * way. Of other metrics, points lost are counted from what the original reaches here or on
 * validation data, whichever is the lower. Candidates see validation data only at the end.
 */
final class HeldOutSamples implements AutoCloseable {
  /** Share of the calibration data. */
  static final double SHARE = 0.1;

  private static final int MOST = 3000;

  /** Samples that the original gets wrong of which a share says something. */
  private static final int FEWEST_WRONG = 20;

  /** What the accuracy here itself counts for after a pass of training. */
  private static final double FORGOTTEN = 0.5;

  private final SampleSource all;
  private final SampleSource heldOut;
  private final Metric metric;
  private final List<Stratum> strata;
  private final double reference;

  /**
   * Samples that are judged together.
   *
   * @param weight of their metric on new data
   * @param share of all samples here
   */
  private record Stratum(Evaluator evaluator, double weight, double share) {
    double weight(double passes) {
      return weight + FORGOTTEN * Math.min(1, passes) * (share - weight);
    }
  }

  private HeldOutSamples(
      SampleSource all,
      SampleSource heldOut,
      Metric metric,
      List<Stratum> strata,
      double reference) {
    this.all = all;
    this.heldOut = heldOut;
    this.metric = metric;
    this.strata = strata;
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
    Evaluator whole = Evaluator.of(description, original, heldOut, threads);
    Metric metric = whole.metric();
    OptionalDouble validated = validated(description, original, metric, validationSamples, threads);
    int[] right = whole.answeredRight();
    if (validated.isEmpty() || right.length == 0) {
      double reference = worse(metric, whole.referenceValue(), validated);
      return new HeldOutSamples(all, heldOut, metric, List.of(new Stratum(whole, 1, 1)), reference);
    }
    whole.close();
    double reference = validated.getAsDouble();
    double share = (double) right.length / heldOut.size();
    int[] wrong = others(right, heldOut.size());
    List<Stratum> strata = new ArrayList<>();
    strata.add(
        new Stratum(
            Evaluator.of(description, original, heldOut.at(right), threads), reference, share));
    if (wrong.length > 0) {
      double weight = (1 - reference) * Math.min(1, (double) wrong.length / FEWEST_WRONG);
      strata.add(
          new Stratum(
              Evaluator.of(description, original, heldOut.at(wrong), threads), weight, 1 - share));
    }
    return new HeldOutSamples(all, heldOut, metric, strata, reference);
  }

  /** What {@code original} reaches on validation data, where there is some for {@code metric}. */
  private static OptionalDouble validated(
      ModelDescription description, Model original, Metric metric, int samples, int threads) {
    if (description.data().validation() == null) {
      return OptionalDouble.empty();
    }
    try (SampleSource validation = SampleSource.validation(description, original);
        Evaluator once = Evaluator.of(description, original, validation.limit(samples), threads)) {
      return once.metric().equals(metric)
          ? OptionalDouble.of(once.referenceValue())
          : OptionalDouble.empty();
    }
  }

  private static double worse(Metric metric, double here, OptionalDouble there) {
    double other = there.orElse(here);
    return metric instanceof Metric.Mse ? Math.max(here, other) : Math.min(here, other);
  }

  private static int[] others(int[] positions, int size) {
    BitSet others = new BitSet();
    others.set(0, size);
    for (int position : positions) {
      others.clear(position);
    }
    return others.stream().toArray();
  }

  /**
   * Points of the metric that {@code model} loses; of an error, by how many percent it grows.
   *
   * @param passes over the other samples that it was trained for
   */
  double lostPp(Model model, double passes) {
    double value =
        strata.stream()
            .mapToDouble(one -> one.weight(passes) * one.evaluator().score(model).value())
            .sum();
    return metric.lostPp(reference, value);
  }

  /** The same of the original; at most 0. */
  double originalLostPp() {
    double value =
        strata.stream().mapToDouble(one -> one.weight() * one.evaluator().referenceValue()).sum();
    return metric.lostPp(reference, value);
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
    strata.forEach(stratum -> stratum.evaluator().close());
    all.close();
  }
}
