package dev.skerry.runtime;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a run that takes too long.
 *
 * @param alarm null when the run may take as long as it likes
 */
record Deadline(@Nullable Future<?> alarm) implements AutoCloseable {

  /** One thread, started by the first limited run, that sleeps until an alarm is due. */
  private static final class Clock {
    static final ScheduledThreadPoolExecutor ALARMS = start();

    private static ScheduledThreadPoolExecutor start() {
      ScheduledThreadPoolExecutor alarms =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("skerry-deadline").factory());
      alarms.setRemoveOnCancelPolicy(true);
      return alarms;
    }
  }

  /** Starts counting now; {@link #close} stops it. */
  static Deadline over(Flight flight, @Nullable Duration limit) {
    return new Deadline(
        limit == null
            ? null
            : Clock.ALARMS.schedule(flight::cancel, limit.toNanos(), TimeUnit.NANOSECONDS));
  }

  @Override
  public void close() {
    if (alarm != null) {
      alarm.cancel(false);
    }
  }
}
