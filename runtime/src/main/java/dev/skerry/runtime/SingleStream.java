package dev.skerry.runtime;

import java.time.Duration;
import java.util.Arrays;

/**
 * Measures latency as the SingleStream scenario of MLPerf LoadGen does: the next query starts when
 * the previous one has completed, until both a time and a number of queries are reached.
 *
 * <p>Source: MLPerf inference rules, section "Scenarios"; defaults of {@code
 * loadgen/test_settings.h}. Added to it: a warm-up that does not count, and the first query apart.
 *
 * @param minDuration of the measured queries
 * @param minQueries measured
 * @param percentile from 0 to 1, the result
 * @param warmUp time before the measurement, in which queries run and are forgotten
 */
public record SingleStream(
    Duration minDuration, int minQueries, double percentile, Duration warmUp) {
  /** Queries kept at most, 8 bytes each: the measurement ends there whatever its duration. */
  public static final int MAX_QUERIES = 8_000_000;

  public SingleStream {
    if (minQueries < 1 || minQueries > MAX_QUERIES) {
      throw ConfigKeys.usage(
          "a measurement takes from 1 to %,d queries, not %,d".formatted(MAX_QUERIES, minQueries));
    }
    if (!(percentile > 0 && percentile < 1)) {
      throw ConfigKeys.usage("a percentile lies between 0 and 1, not at %s".formatted(percentile));
    }
  }

  /** LoadGen's defaults: 10 s, 100 queries, the 90th percentile; after half a second of warm-up. */
  public static SingleStream standard() {
    return new SingleStream(Duration.ofSeconds(10), 100, 0.9, Duration.ofMillis(500));
  }

  public SingleStream withMinDuration(Duration changed) {
    return new SingleStream(changed, minQueries, percentile, warmUp);
  }

  /** Measures {@code query}, usually {@link Binding#run}, on the machine's clock. */
  public Latency measure(Runnable query) {
    return measure(query, Ticker.system());
  }

  Latency measure(Runnable query, Ticker ticker) {
    long firstNanos = warmUp(query, ticker);
    long cpuBefore = ticker.cpuNanos();
    long start = ticker.nanos();
    long enough = start + minDuration.toNanos();
    long[] latencies = new long[Math.max(minQueries, 1024)];
    int count = 0;
    long now = start;
    while ((count < minQueries || now - enough < 0) && count < MAX_QUERIES) {
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, Math.min(2 * count, MAX_QUERIES));
      }
      long issued = now;
      query.run();
      now = ticker.nanos();
      latencies[count++] = now - issued;
    }
    long cpuNanos = ticker.cpuNanos() - cpuBefore;
    return Latency.of(
        Arrays.copyOf(latencies, count), percentile, firstNanos, now - start, cpuNanos);
  }

  /** The time of the first query. */
  private long warmUp(Runnable query, Ticker ticker) {
    long start = ticker.nanos();
    query.run();
    long now = ticker.nanos();
    long first = now - start;
    long enough = start + warmUp.toNanos();
    while (now - enough < 0) {
      query.run();
      now = ticker.nanos();
    }
    return first;
  }
}
