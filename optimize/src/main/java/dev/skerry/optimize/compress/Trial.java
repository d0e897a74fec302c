package dev.skerry.optimize.compress;

import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network that was cut out of another, and what was done to it since. Kept as JSON beside its
 * model.
 *
 * @param parent the trial that it was cut out of; null for the original
 * @param parameterShare of the original's parameters that are left
 * @param workShare of the original's multiply-adds that are left
 * @param model number of the step after which it was at its best
 * @param lostPp on samples held out, then
 * @param passes over the calibration data that it and what it was cut out of were trained for
 * @param epochs that it was trained for
 * @param lastEpochs those of the last training
 * @param pendingEpochs those of a training that was begun and has not ended; 0 for none
 * @param epochSeconds what an epoch takes; 0 when that is not known
 * @param seconds spent on it
 */
record Trial(
    String id,
    @Nullable String parent,
    double parameterShare,
    double workShare,
    List<Step> steps,
    int model,
    double lostPp,
    double passes,
    int epochs,
    int lastEpochs,
    int pendingEpochs,
    double epochSeconds,
    double seconds) {
  static final String ORIGINAL = "original";

  Trial {
    steps = List.copyOf(steps);
  }

  /** The model as it was given. */
  static Trial original(double lostPp) {
    return new Trial(ORIGINAL, null, 1, 1, List.of(), 0, lostPp, 0, 0, 0, 0, 0, 0);
  }

  /** What pruning left of {@code parent}. */
  static Trial pruned(
      String id,
      Trial parent,
      double parameterShare,
      double workShare,
      List<Step> steps,
      double seconds) {
    return new Trial(
        id,
        parent.id(),
        parameterShare,
        workShare,
        steps,
        steps.size(),
        steps.getLast().lostPp(),
        parent.passes(),
        0,
        0,
        0,
        0,
        seconds);
  }

  boolean isOriginal() {
    return parent == null;
  }

  /** Mean of the shares of parameters and of multiply-adds that are left. */
  double keep() {
    return (parameterShare + workShare) / 2;
  }

  /** This trial with a training of {@code count} epochs begun. */
  Trial pending(int count) {
    return new Trial(
        id,
        parent,
        parameterShare,
        workShare,
        steps,
        model,
        lostPp,
        passes,
        epochs,
        lastEpochs,
        count,
        epochSeconds,
        seconds);
  }

  /**
   * This trial after a training, whose model counts when it is better.
   *
   * @param passesNow with those of this training
   */
  Trial trained(Step step, double passesNow, double secondsPerEpoch) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    boolean better = step.lostPp() < lostPp || epochs == 0;
    return new Trial(
        id,
        parent,
        parameterShare,
        workShare,
        more,
        better ? more.size() : model,
        better ? step.lostPp() : lostPp,
        passesNow,
        epochs + step.epochs(),
        step.epochs(),
        0,
        secondsPerEpoch,
        seconds + step.seconds());
  }

  OptimizationReport.Trial facts() {
    return new OptimizationReport.Trial(
        id, parent, parameterShare, workShare, steps, lostPp, epochs, seconds);
  }
}
