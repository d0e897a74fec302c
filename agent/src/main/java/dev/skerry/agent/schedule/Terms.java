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
 * @param memoryBytes that it takes while it is loaded; measured when empty
 */
public record Terms(
    Importance importance,
    Optional<Duration> deadline,
    Optional<Duration> period,
    OnLate onLate,
    int threads,
    Optional<Long> memoryBytes) {
  /** For models of which nothing is said. */
  public static final Terms USUAL =
      new Terms(
          Importance.NORMAL, Optional.empty(), Optional.empty(), OnLate.QUEUE, 1, Optional.empty());

  public Terms {
    if (threads < 1) {
      throw new IllegalArgumentException("a run takes at least 1 thread, not " + threads);
    }
  }

  public Terms with(Importance changed) {
    return new Terms(changed, deadline, period, onLate, threads, memoryBytes);
  }

  public Terms withDeadline(Duration changed) {
    return new Terms(importance, Optional.of(changed), period, onLate, threads, memoryBytes);
  }

  public Terms withPeriod(Duration changed) {
    return new Terms(importance, deadline, Optional.of(changed), onLate, threads, memoryBytes);
  }

  public Terms withOnLate(OnLate changed) {
    return new Terms(importance, deadline, period, changed, threads, memoryBytes);
  }

  public Terms withThreads(int changed) {
    return new Terms(importance, deadline, period, onLate, changed, memoryBytes);
  }
}
