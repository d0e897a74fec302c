package dev.skerry.wire;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.Arrays;
import java.util.List;

/**
 * Counts of times in buckets that grow with the time, so that quantiles are known to within 2 %
 * whatever the range. Immutable; those of several devices add up to that of all of them.
 *
 * <p>Each power of two is cut into 32 equal buckets, as HdrHistogram does; only buckets that are
 * not empty are kept. Sums stop at the greatest {@code long}.
 */
public final class LatencySketch {
  private static final int SUB_BITS = 5;
  private static final int SUB = 1 << SUB_BITS;

  /** Times are counted in units of 2^8 ns, a quarter of a microsecond. */
  private static final int UNIT_BITS = 8;

  /** The last bucket takes everything longer: 2^8 ns * 2^33, some 36 minutes. */
  private static final int OCTAVES = 29;

  /** Buckets that there are; they are numbered from 0. */
  public static final int BUCKETS = SUB * OCTAVES;

  /** Times that one message may count, together. */
  public static final long MOST_TIMES = 1_000_000_000_000L;

  private static final double NANOS_PER_MICRO = 1e3;

  /** Without any time. */
  public static final LatencySketch EMPTY = new LatencySketch(new int[0], new long[0]);

  /** Numbers of buckets, ascending. */
  private final int[] buckets;

  /** Times in each of {@link #buckets}, at least 1. */
  private final long[] counts;

  private LatencySketch(int[] buckets, long[] counts) {
    this.buckets = buckets;
    this.counts = counts;
  }

  /** Of these times, in nanoseconds. */
  public static LatencySketch ofNanos(long... nanos) {
    long[] dense = new long[BUCKETS];
    for (long time : nanos) {
      dense[bucket(time)]++;
    }
    return ofCounts(dense);
  }

  /**
   * Of counts by bucket.
   *
   * @param dense {@link #BUCKETS} counts, none negative
   */
  public static LatencySketch ofCounts(long[] dense) {
    if (dense.length != BUCKETS) {
      throw new IllegalArgumentException(
          "%d counts were given, %d expected".formatted(dense.length, BUCKETS));
    }
    int used = 0;
    for (long count : dense) {
      if (count < 0) {
        throw new IllegalArgumentException("a count is " + count);
      }
      used += count > 0 ? 1 : 0;
    }
    int[] buckets = new int[used];
    long[] counts = new long[used];
    int next = 0;
    for (int i = 0; i < BUCKETS; i++) {
      if (dense[i] > 0) {
        buckets[next] = i;
        counts[next++] = dense[i];
      }
    }
    return new LatencySketch(buckets, counts);
  }

  /** The bucket of a time; one below 0 is taken for 0. */
  public static int bucket(long nanos) {
    // Below 32 units one bucket per unit; above, the five bits after the leading one count.
    long units = Math.max(0, nanos) >>> UNIT_BITS;
    if (units < SUB) {
      return (int) units;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - SUB_BITS;
    int index = (shift + 1) * SUB + (int) ((units >>> shift) - SUB);
    return Math.min(index, BUCKETS - 1);
  }

  /** The time in the middle of a bucket, in microseconds. */
  public static double middleMicros(int bucket) {
    if (bucket < SUB) {
      return (bucket + 0.5) * (1 << UNIT_BITS) / NANOS_PER_MICRO;
    }
    int shift = bucket / SUB - 1;
    return (bucket % SUB + SUB + 0.5) * (1L << (shift + UNIT_BITS)) / NANOS_PER_MICRO;
  }

  /** Where a bucket begins, in nanoseconds. */
  public static long lowerNanos(int bucket) {
    return bucket < SUB
        ? (long) bucket << UNIT_BITS
        : (bucket % SUB + SUB + 0L) << (bucket / SUB - 1 + UNIT_BITS);
  }

  /** Times in the buckets before {@code bucket}, so those below {@link #lowerNanos}. */
  public long countBefore(int bucket) {
    long sum = 0;
    for (int i = 0; i < buckets.length && buckets[i] < bucket; i++) {
      sum = sum(sum, counts[i]);
    }
    return sum;
  }

  /** All times together, in microseconds, to within 2 %. */
  public double sumMicros() {
    double sum = 0;
    for (int i = 0; i < buckets.length; i++) {
      sum += counts[i] * middleMicros(buckets[i]);
    }
    return sum;
  }

  public long count() {
    long sum = 0;
    for (long count : counts) {
      sum = sum(sum, count);
    }
    return sum;
  }

  /** The time that {@code fraction} of all times do not exceed, in microseconds; 0 without any. */
  public double quantileMicros(double fraction) {
    long rank = (long) Math.ceil(fraction * count());
    long seen = 0;
    for (int i = 0; i < buckets.length; i++) {
      seen = sum(seen, counts[i]);
      if (seen >= rank) {
        return middleMicros(buckets[i]);
      }
    }
    return 0;
  }

  /** Of the times of both. */
  public LatencySketch plus(LatencySketch other) {
    long[] dense = dense();
    for (int i = 0; i < other.buckets.length; i++) {
      dense[other.buckets[i]] = sum(dense[other.buckets[i]], other.counts[i]);
    }
    return ofCounts(dense);
  }

  /** Whether every time of {@code earlier} is in this one, too. */
  public boolean contains(LatencySketch earlier) {
    long[] dense = dense();
    for (int i = 0; i < earlier.buckets.length; i++) {
      if (dense[earlier.buckets[i]] < earlier.counts[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Of the times that came since {@code earlier}.
   *
   * @throws IllegalArgumentException unless this {@link #contains} the earlier one
   */
  public LatencySketch minus(LatencySketch earlier) {
    if (!contains(earlier)) {
      throw new IllegalArgumentException(
          "the sketch of %d times is not an earlier state of the one of %d"
              .formatted(earlier.count(), count()));
    }
    long[] dense = dense();
    for (int i = 0; i < earlier.buckets.length; i++) {
      dense[earlier.buckets[i]] -= earlier.counts[i];
    }
    return ofCounts(dense);
  }

  private long[] dense() {
    long[] dense = new long[BUCKETS];
    for (int i = 0; i < buckets.length; i++) {
      dense[buckets[i]] = counts[i];
    }
    return dense;
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** {@code {"buckets": [numbers, ascending], "counts": [times in each]}}. */
  public Json.Obj toJson() {
    return Json.object()
        .put("buckets", Arrays.stream(buckets).mapToObj(Json::of).toList())
        .put("counts", Arrays.stream(counts).mapToObj(Json::of).toList())
        .build();
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws BundleException if it is anything else
   */
  public static LatencySketch of(JsonObject json) {
    List<Long> buckets = json.integers("buckets");
    List<Long> counts = json.integers("counts");
    if (buckets.size() != counts.size()) {
      throw new BundleException(
          "%s has %d buckets and %d counts, one for each was expected"
              .formatted(json.place(), buckets.size(), counts.size()));
    }
    long[] dense = new long[BUCKETS];
    long last = -1;
    long left = MOST_TIMES;
    for (int i = 0; i < buckets.size(); i++) {
      long bucket = buckets.get(i);
      long count = counts.get(i);
      if (bucket <= last || bucket >= BUCKETS) {
        throw new BundleException(
            "%s.buckets[%d] is %d, ascending numbers below %d were expected"
                .formatted(json.place(), i, bucket, BUCKETS));
      }
      if (count < 1 || count > left) {
        throw new BundleException(
            "%s.counts[%d] is %d, at least 1 and at most %d together was expected"
                .formatted(json.place(), i, count, MOST_TIMES));
      }
      dense[(int) bucket] = count;
      last = bucket;
      left -= count;
    }
    return ofCounts(dense);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LatencySketch sketch
        && Arrays.equals(buckets, sketch.buckets)
        && Arrays.equals(counts, sketch.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(buckets) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "%d times, median %.0f µs".formatted(count(), quantileMicros(0.5));
  }
}
