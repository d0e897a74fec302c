package dev.skerry.runtime;

import java.util.OptionalLong;

/**
 * LoadGen's early stopping: what may be said about a percentile after fewer queries than it takes
 * to measure it well.
 *
 * <p>Of {@code n} queries, each is slower than the true percentile {@code p} with probability
 * {@code 1 - p}. When {@code t} is the largest number such that at most {@code t} slower ones among
 * {@code n} have a probability of at most 1 %, then the {@code t}-th slowest latency is, with 99 %
 * confidence, no lower than the percentile. Source: MLPerf inference rules, appendix on early
 * stopping; {@code loadgen/early_stopping.cc} and {@code results.cc} (confidence 0.99, tolerance
 * 0).
 */
final class EarlyStopping {
  private static final double CONFIDENCE = 0.99;

  private EarlyStopping() {}

  /** The bound from latencies in rising order; empty when there are too few of them. */
  static OptionalLong estimate(long[] sorted, double percentile) {
    int discarded = allowance(sorted.length, percentile);
    return discarded < 1
        ? OptionalLong.empty()
        : OptionalLong.of(sorted[sorted.length - discarded]);
  }

  /**
   * The largest {@code t} for which the binomial distribution of {@code queries} trials with
   * probability {@code 1 - percentile} puts at most 1 % on {@code 0..t}; -1 for none.
   */
  static int allowance(int queries, double percentile) {
    double odds = Math.log1p(-percentile) - Math.log(percentile);
    double logTerm = queries * Math.log(percentile);
    double sum = 0;
    for (int slower = 0; slower <= queries; slower++) {
      sum += Math.exp(logTerm);
      if (sum > 1 - CONFIDENCE) {
        return slower - 1;
      }
      logTerm += Math.log(queries - slower) - Math.log1p(slower) + odds;
    }
    return queries;
  }
}
