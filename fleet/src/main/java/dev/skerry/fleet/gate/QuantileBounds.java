package dev.skerry.fleet.gate;

import dev.skerry.wire.LatencySketch;

/**
 * Between what times a quantile of the latencies behind a sketch lies, however often one looks.
 *
 * <p>The number of times up to {@code x} is a count with the unknown rate F(x), and x is below the
 * quantile of q just when F(x) is below q: each order statistic is a test of {@link Proportion},
 * and the bounds are the outermost ranks that it does not reject (S. Howard, A. Ramdas, "Sequential
 * estimation of quantiles with applications to A/B testing and best-arm identification", Bernoulli
 * 28, 2022).
 *
 * @param low in microseconds, 0 when nothing is known
 * @param high in microseconds, infinite when nothing is known
 */
record QuantileBounds(double low, double high) {
  /** Relative width of half a bucket of {@link LatencySketch}. */
  private static final double HALF_BUCKET = 1 / 64.0;

  /** Of the {@code fraction}-quantile; each side holds with {@code confidence}. */
  static QuantileBounds of(LatencySketch times, double fraction, double confidence) {
    long count = times.count();
    long above = leastThatExceeds(count, 1 - fraction, confidence);
    long below = leastThatExceeds(count, fraction, confidence);
    return new QuantileBounds(
        above < count ? time(times, count - above, count) * (1 - HALF_BUCKET) : 0,
        below <= count ? time(times, below, count) * (1 + HALF_BUCKET) : Double.POSITIVE_INFINITY);
  }

  /** The time of this rank, from 1; half a rank less, so that rounding does not reach the next. */
  private static double time(LatencySketch times, long rank, long count) {
    return times.quantileMicros((rank - 0.5) / count);
  }

  /** The smallest number of hits that shows a rate above {@code limit}; count + 1 if none does. */
  private static long leastThatExceeds(long count, double limit, double confidence) {
    long low = 0;
    long high = count + 1;
    while (high - low > 1) {
      long middle = (low + high) / 2;
      if (new Proportion(middle, count).exceeds(limit, confidence)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }
}
