package dev.skerry.cli.scenario;

import dev.skerry.runtime.Ticker;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;

/** When the requests of one load come; its clients share it. */
final class Clock {
  private static final long[] NONE = new long[0];

  /** Nanoseconds from the beginning; empty for a closed loop. */
  private final long[] moments;

  private final boolean closed;
  private final long end;
  private final AtomicInteger next = new AtomicInteger();

  private Clock(long[] moments, boolean closed, long end) {
    this.moments = moments;
    this.closed = closed;
    this.end = end;
  }

  static Clock of(Scenario.Load load, double seconds, long seed) {
    long end = (long) (seconds * 1e9);
    SplittableRandom random = new SplittableRandom(seed);
    return switch (load.arrivals()) {
      case CLOSED -> new Clock(NONE, true, end);
      case UNIFORM -> new Clock(uniform(load, end, random), false, end);
      case POISSON -> new Clock(poisson(load, end, random), false, end);
      case TRACE ->
          new Clock(
              load.trace().stream()
                  .mapToLong(millis -> (long) (millis * 1e6))
                  .filter(moment -> moment < end)
                  .toArray(),
              false,
              end);
    };
  }

  private static long[] uniform(Scenario.Load load, long end, SplittableRandom random) {
    long[] moments = new long[(int) (end / 1e9 * load.rate())];
    long jitter = load.jitter().toNanos();
    for (int i = 0; i < moments.length; i++) {
      moments[i] = (long) (i * 1e9 / load.rate()) + (jitter == 0 ? 0 : random.nextLong(jitter));
    }
    return moments;
  }

  private static long[] poisson(Scenario.Load load, long end, SplittableRandom random) {
    return DoubleStream.iterate(0, moment -> moment < end, moment -> moment + gap(load, random))
        .skip(1)
        .mapToLong(moment -> (long) moment)
        .toArray();
  }

  private static double gap(Scenario.Load load, SplittableRandom random) {
    return -Math.log(1 - random.nextDouble()) * 1e9 / load.rate();
  }

  /** Waits for the next request and gives the moment at which it is due; -1 when all came. */
  long await(Ticker ticker, long origin) {
    if (closed) {
      long now = ticker.nanos() - origin;
      return now < end ? now : -1;
    }
    int i = next.getAndIncrement();
    if (i >= moments.length) {
      return -1;
    }
    for (long rest; (rest = moments[i] - (ticker.nanos() - origin)) > 0; ) {
      LockSupport.parkNanos(rest);
    }
    return moments[i];
  }
}
