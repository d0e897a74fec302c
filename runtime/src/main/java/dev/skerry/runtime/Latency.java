package dev.skerry.runtime;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * How long the queries of one stream took. Times in nanoseconds.
 *
 * @param queries measured, without the first one and the warm-up
 * @param firstNanos the very first query, before any warm-up
 * @param p50Nanos half of the queries were at most this slow; likewise the others
 * @param resultNanos the percentile that was asked for, the figure that MLPerf reports
 * @param earlyStoppingNanos with 99 % confidence an upper bound of that percentile; empty when
 *     there were too few queries to say
 * @param wallNanos from the start of the first measured query to the end of the last one
 * @param cpuNanosPerQuery processor time of the whole process in that span, per query
 */
public record Latency(
    int queries,
    long firstNanos,
    double meanNanos,
    long minNanos,
    long p50Nanos,
    long p90Nanos,
    long p99Nanos,
    long maxNanos,
    long resultNanos,
    OptionalLong earlyStoppingNanos,
    long wallNanos,
    double cpuNanosPerQuery) {

  private static final double NANOS_PER_SECOND = 1e9;

  static Latency of(
      long[] latencies, double percentile, long firstNanos, long wallNanos, long cpuNanos) {
    long[] sorted = latencies.clone();
    Arrays.sort(sorted);
    return new Latency(
        sorted.length,
        firstNanos,
        LongStream.of(sorted).average().orElseThrow(),
        sorted[0],
        percentile(sorted, 0.5),
        percentile(sorted, 0.9),
        percentile(sorted, 0.99),
        sorted[sorted.length - 1],
        percentile(sorted, percentile),
        EarlyStopping.estimate(sorted, percentile),
        wallNanos,
        (double) cpuNanos / sorted.length);
  }

  /** As LoadGen takes it: the element at {@code n * fraction}, rounded down. */
  static long percentile(long[] sorted, double fraction) {
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * fraction))];
  }

  /** Queries per second. */
  public double throughput() {
    return queries * NANOS_PER_SECOND / wallNanos;
  }
}
