package dev.skerry.agent.traffic;

import dev.skerry.wire.LatencySketch;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts of times in the buckets of {@link LatencySketch}, in fixed memory (8 KiB). Threads add at
 * the same time without waiting. What is read while others add is of about that moment.
 */
final class LatencyHistogram {
  private final AtomicLongArray counts = new AtomicLongArray(LatencySketch.BUCKETS);

  void add(long nanos) {
    counts.incrementAndGet(LatencySketch.bucket(nanos));
  }

  long count() {
    long sum = 0;
    for (int i = 0; i < LatencySketch.BUCKETS; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** The time that {@code fraction} of all times do not exceed, in microseconds; 0 without any. */
  double quantileMicros(double fraction) {
    long rank = (long) Math.ceil(fraction * count());
    long seen = 0;
    for (int i = 0; i < LatencySketch.BUCKETS; i++) {
      seen += counts.get(i);
      if (seen >= rank && seen > 0) {
        return LatencySketch.middleMicros(i);
      }
    }
    return 0;
  }

  /** Everything that was added so far. */
  LatencySketch sketch() {
    long[] dense = new long[LatencySketch.BUCKETS];
    for (int i = 0; i < dense.length; i++) {
      dense[i] = counts.get(i);
    }
    return LatencySketch.ofCounts(dense);
  }
}
