package dev.skerry.agent.schedule;

import java.time.Duration;
import java.util.Optional;

/**
 * How the requests of one model are treated.
 *
 * @param deadline from when a request comes until it should be answered
 * @param period least time between two requests that are expected
 * @param onLate what becomes of requests that wait for too long
 * @param threads that one run uses
 */
public record Terms(
    Importance importance,
    Optional<Duration> deadline,
    Optional<Duration> period,
    OnLate onLate,
    int threads) {
  /** For models of which nothing is said. */
  public static final Terms USUAL =
      new Terms(Importance.NORMAL, Optional.empty(), Optional.empty(), OnLate.QUEUE, 1);

  public Terms {
    if (threads < 1) {
      throw new IllegalArgumentException("a run takes at least 1 thread, not " + threads);
    }
  }

  public Terms with(Importance changed) {
    return new Terms(changed, deadline, period, onLate, threads);
  }

  public Terms withDeadline(Duration changed) {
    return new Terms(importance, Optional.of(changed), period, onLate, threads);
  }

  public Terms withPeriod(Duration changed) {
    return new Terms(importance, deadline, Optional.of(changed), onLate, threads);
  }

  public Terms withOnLate(OnLate changed) {
    return new Terms(importance, deadline, period, changed, threads);
  }

  public Terms withThreads(int changed) {
    return new Terms(importance, deadline, period, onLate, changed);
  }
}
