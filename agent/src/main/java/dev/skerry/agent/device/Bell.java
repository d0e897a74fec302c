package dev.skerry.agent.device;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Waits in real time; ringing ends the wait, or the next one. */
public final class Bell implements Waiting {
  private static final int MOST_WAITING = 1 << 16;

  private final Semaphore rings = new Semaphore(0);
  private volatile boolean goesOn;

  public void ring() {
    rings.release();
  }

  /** Rings from now on, so that nobody waits any more. */
  public void ringOn() {
    goesOn = true;
    rings.release(MOST_WAITING);
  }

  @Override
  public void pause(Duration time) {
    try {
      if (!goesOn && rings.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS) && !goesOn) {
        rings.drainPermits();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the agent's threads", e);
    }
  }
}
