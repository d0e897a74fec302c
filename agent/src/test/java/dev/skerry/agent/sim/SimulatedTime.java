package dev.skerry.agent.sim;

import dev.skerry.agent.device.Waiting;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that is moved by hand; its time of day may jump. */
public final class SimulatedTime implements Ticker, InstantSource, Waiting {
  private long nanos = 1;
  private Duration ahead = Duration.ZERO;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long cpuNanos() {
    return nanos;
  }

  @Override
  public Instant instant() {
    return Instant.parse("2026-06-01T00:00:00Z").plusNanos(nanos).plus(ahead);
  }

  /** Lets the time of day jump, and no time pass. */
  public void jump(Duration by) {
    ahead = ahead.plus(by);
  }

  @Override
  public void pause(Duration time) {
    nanos += Math.max(0, time.toNanos());
  }
}
