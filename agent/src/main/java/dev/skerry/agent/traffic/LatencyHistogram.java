package dev.skerry.agent.traffic;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts of times in buckets that grow with the time, so that quantiles are known to within 2 %
 * whatever the range, in fixed memory (8 KiB). Threads add at the same time without waiting.
 *
 * <p>Each power of two is cut into 32 equal buckets, as HdrHistogram does. Quantiles read while
 * others add are of about that moment.
 */
final class LatencyHistogram {
  private static final int SUB_BITS = 5;
  private static final int SUB = 1 << SUB_BITS;

  /** Times are counted in units of 2^8 ns, a quarter of a microsecond. */
  private static final int UNIT_BITS = 8;

  /** The last bucket takes everything longer: 2^8 ns * 2^33, some 36 minutes. */
  private static final int OCTAVES = 29;

  private static final int BUCKETS = SUB * OCTAVES;
  private static final double NANOS_PER_MICRO = 1e3;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  void add(long nanos) {
    counts.incrementAndGet(bucket(Math.max(0, nanos)));
  }

  long count() {
    long sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** The time that {@code fraction} of all times do not exceed, in microseconds; 0 without any. */
  double quantileMicros(double fraction) {
    long rank = (long) Math.ceil(fraction * count());
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts.get(i);
      if (seen >= rank && seen > 0) {
        return middleNanos(i) / NANOS_PER_MICRO;
      }
    }
    return 0;
  }

  /** Below 32 units one bucket per unit; above, the five bits after the leading one count. */
  private static int bucket(long nanos) {
    long units = nanos >>> UNIT_BITS;
    if (units < SUB) {
      return (int) units;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - SUB_BITS;
    int index = (shift + 1) * SUB + (int) ((units >>> shift) - SUB);
    return Math.min(index, BUCKETS - 1);
  }

  private static double middleNanos(int bucket) {
    if (bucket < SUB) {
      return (bucket + 0.5) * (1 << UNIT_BITS);
    }
    int shift = bucket / SUB - 1;
    return (bucket % SUB + SUB + 0.5) * (1L << (shift + UNIT_BITS));
  }
}
