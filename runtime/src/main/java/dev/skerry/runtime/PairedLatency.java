package dev.skerry.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares how fast several things are, on a machine that does other work as well.
 *
 * <p>Each round runs every candidate for a short slice of time and keeps the median of its slice;
 * odd rounds go through the candidates backwards. What disturbs the machine for longer than a slice
 * then slows all candidates of a round, and drops out of their ratio; what disturbs it for less
 * drops out of the median.
 *
 * @param budget time for all candidates together; exceeded when {@code minRounds} take longer
 * @param minRounds at least this many
 * @param slice time per candidate and round; one query is run at least {@link #MIN_QUERIES} times
 */
public record PairedLatency(Duration budget, int minRounds, Duration slice) {
  /** Fewest queries that make a median. */
  static final int MIN_QUERIES = 3;

  /** Most queries timed in one slice. */
  private static final int MAX_QUERIES = 4096;

  public PairedLatency {
    if (minRounds < 1) {
      throw ConfigKeys.usage("a comparison takes at least 1 round, not %d".formatted(minRounds));
    }
  }

  /** Two seconds, at least nine rounds of 3 ms per candidate. */
  public static PairedLatency standard() {
    return new PairedLatency(Duration.ofSeconds(2), 9, Duration.ofMillis(3));
  }

  public PairedLatency withBudget(Duration changed) {
    return new PairedLatency(changed, minRounds, slice);
  }

  /** Measures {@code candidates}, which stay in that order in the result. */
  public Comparison compare(List<? extends Runnable> candidates) {
    return compare(candidates, Ticker.system());
  }

  Comparison compare(List<? extends Runnable> candidates, Ticker ticker) {
    int[] queries = new int[candidates.size()];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = queriesPerSlice(candidates.get(i), ticker);
    }
    long enough = ticker.nanos() + budget.toNanos();
    List<double[]> rounds = new ArrayList<>(); // [rounds][candidates], nanoseconds per query
    while (rounds.size() < minRounds || ticker.nanos() - enough < 0) {
      rounds.add(round(candidates, queries, rounds.size() % 2 == 1, ticker));
    }
    return new Comparison(rounds);
  }

  /** Warms {@code candidate} up for one slice, and counts. */
  private int queriesPerSlice(Runnable candidate, Ticker ticker) {
    long enough = ticker.nanos() + slice.toNanos();
    int count = 0;
    while (count < MIN_QUERIES || (count < MAX_QUERIES && ticker.nanos() - enough < 0)) {
      candidate.run();
      count++;
    }
    return count;
  }

  private static double[] round(
      List<? extends Runnable> candidates, int[] queries, boolean backwards, Ticker ticker) {
    double[] medians = new double[queries.length];
    for (int step = 0; step < queries.length; step++) {
      int i = backwards ? queries.length - 1 - step : step;
      medians[i] = slice(candidates.get(i), queries[i], ticker);
    }
    return medians;
  }

  /** The median time of a query in nanoseconds. */
  private static double slice(Runnable candidate, int queries, Ticker ticker) {
    double[] times = new double[queries];
    long before = ticker.nanos();
    for (int i = 0; i < queries; i++) {
      candidate.run();
      long now = ticker.nanos();
      times[i] = now - before;
      before = now;
    }
    return median(times);
  }

  /** The middle of {@code values}, or the mean of the two in the middle. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
