package dev.skerry.optimize.train;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * Where a training is.
 *
 * @param epoch the present one, from 1
 * @param step steps of it that are done
 * @param loss mean over these steps
 * @param accuracy share of the samples of these steps whose greatest class was right, where there
 *     are labels
 * @param heldOut score of the samples held out, known at the end of an epoch: accuracy, or the
 *     negative loss where there are no classes
 * @param left time until the last epoch ends, at the present speed
 */
public record TrainingProgress(
    int epoch,
    int epochs,
    long step,
    long steps,
    double loss,
    OptionalDouble accuracy,
    OptionalDouble heldOut,
    double samplesPerSecond,
    Duration left) {
  /** Whether the epoch has ended with this step. */
  public boolean endsEpoch() {
    return step == steps;
  }
}
