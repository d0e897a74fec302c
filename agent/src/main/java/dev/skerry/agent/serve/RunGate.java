package dev.skerry.agent.serve;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets a few requests run at a time and a few more wait; refuses the others at once. */
final class RunGate {
  private final Semaphore free;
  private final int runs;
  private final int mostWaiting;
  private final Duration wait;
  private final AtomicInteger waiting = new AtomicInteger();

  RunGate(int runs, int mostWaiting, Duration wait) {
    this.free = new Semaphore(runs, true);
    this.runs = runs;
    this.mostWaiting = mostWaiting;
    this.wait = wait;
  }

  /**
   * Waits for a place, which the caller gives back with {@link #leave}.
   *
   * @throws SkerryException BUSY if there is none in time
   */
  void enter() {
    if (free.tryAcquire()) {
      return;
    }
    if (waiting.incrementAndGet() > mostWaiting) {
      waiting.decrementAndGet();
      throw busy("%d requests run and %d wait, which is the limit".formatted(runs, mostWaiting));
    }
    try {
      if (!free.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy("the request waited for %d ms, which is the limit".formatted(wait.toMillis()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SkerryException(ErrorCode.BUSY, "the device is shutting down", e);
    } finally {
      waiting.decrementAndGet();
    }
  }

  void leave() {
    free.release();
  }

  private static SkerryException busy(String why) {
    return new SkerryException(ErrorCode.BUSY, "the device is too busy: " + why + "; try again");
  }
}
