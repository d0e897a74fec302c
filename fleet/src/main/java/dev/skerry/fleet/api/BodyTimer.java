package dev.skerry.fleet.api;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Interrupts a thread that reads a body for too long. Helidon 4.5 accepts connections without a
 * time limit on reading, and an interrupted read ends the connection.
 */
final class BodyTimer implements AutoCloseable {
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final Thread reader = Thread.currentThread();
  private final Future<?> end;
  private boolean done;
  private boolean interrupted;

  private BodyTimer(Duration limit) {
    this.end = CLOCK.schedule(this::interrupt, limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("skerry-fleet-bodies").factory());
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  /** This thread may read for {@code limit} from now on. */
  static BodyTimer start(Duration limit) {
    return new BodyTimer(limit);
  }

  private synchronized void interrupt() {
    if (!done) {
      interrupted = true;
      reader.interrupt();
    }
  }

  @Override
  public synchronized void close() {
    done = true;
    end.cancel(false);
    if (interrupted) {
      Thread.interrupted(); // the reading is over, whatever comes next is not meant
    }
  }
}
