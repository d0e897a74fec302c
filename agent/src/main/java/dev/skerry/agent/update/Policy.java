package dev.skerry.agent.update;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How careful a device is with a new release.
 *
 * @param mostRestarts in one state without getting further, before a candidate is given up
 */
public record Policy(
    Polling polling,
    Download download,
    Limits limits,
    Probing probing,
    Shadow shadow,
    Probation probation,
    int mostRestarts) {
  /**
   * When the repository is asked.
   *
   * @param jitter share of the interval by which it varies, from 0 to 1, so that a fleet does not
   *     ask all at once
   */
  public record Polling(Duration interval, double jitter) {}

  /**
   * How blobs are fetched.
   *
   * @param bytesPerSecond at most
   * @param retry wait after the first failure; doubled after each further one, varied by half
   * @param longestRetry at most
   * @param minBattery share below which an update waits, from 0 to 1
   * @param overMetered whether blobs are fetched over a network that costs by the byte
   */
  public record Download(
      OptionalLong bytesPerSecond,
      Duration retry,
      Duration longestRetry,
      double minBattery,
      boolean overMetered) {}

  /**
   * What a model may take of the device.
   *
   * @param diskBytes all files of one model together
   * @param memoryBytes loading and running it
   * @param latencyMicros median time of one inference
   */
  public record Limits(
      OptionalLong diskBytes, Optional<Long> memoryBytes, Optional<Double> latencyMicros) {}

  /**
   * How a candidate is measured.
   *
   * @param maxLatencyRatio the candidate's median time to the active one's, at most, where the
   *     release sets no latency
   */
  public record Probing(Duration time, double maxLatencyRatio) {}

  /** What is done with a candidate when the device gets too few requests to compare. */
  public enum WhenIdle {
    /** Golden vectors and probe are enough. */
    PROCEED,
    /** It shadows until there were enough. */
    WAIT,
    /** It is refused. */
    REFUSE
  }

  /**
   * How live requests are compared.
   *
   * @param share of one core's time that the candidate may take; 0 leaves the shadow out
   * @param samples that are compared before the candidate may serve
   * @param maxDisagreement share of them that may be answered otherwise, or not at all
   * @param timeLimit after which the device counts as idle
   */
  public record Shadow(
      double share,
      long samples,
      double maxDisagreement,
      double maxLatencyRatio,
      Duration timeLimit,
      WhenIdle whenIdle) {}

  /**
   * How long the new release is watched.
   *
   * @param requests that it must have answered
   * @param time that must have passed
   * @param timeLimit after which fewer requests are enough
   * @param maxErrorRate share of requests that may fail
   * @param maxLatencyRatio its median time to that of the release before
   */
  public record Probation(
      long requests,
      Duration time,
      Duration timeLimit,
      double maxErrorRate,
      double maxLatencyRatio) {}

  /** What holds where the configuration says nothing. */
  public static Policy standard() {
    return new Policy(
        new Polling(Duration.ofMinutes(5), 0.1),
        new Download(
            OptionalLong.empty(), Duration.ofSeconds(1), Duration.ofMinutes(10), 0.2, false),
        new Limits(OptionalLong.empty(), Optional.empty(), Optional.empty()),
        new Probing(Duration.ofSeconds(2), 2),
        new Shadow(0.5, 200, 0.05, 2, Duration.ofHours(1), WhenIdle.PROCEED),
        new Probation(200, Duration.ofMinutes(1), Duration.ofHours(1), 0.01, 2),
        5);
  }
}
