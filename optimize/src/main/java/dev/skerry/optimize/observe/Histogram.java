package dev.skerry.optimize.observe;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The distribution of one tensor's elements over all samples, in {@value #BINS} equal bins that
 * cover every value seen so far and always zero.
 *
 * <p>When a value falls outside, the covered interval doubles on that side and neighbouring bins
 * are merged in pairs, so one pass over the data is enough and no sample is kept. Not thread-safe.
 */
public final class Histogram {
  public static final int BINS = 2048;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /*
   * Increments go to two tables in turn: after a ReLU most elements fall into one bin, and adding to
   * the same cell twice in a row would wait for the first store.
   */
  private final long[] even = new long[BINS];
  private final long[] odd = new long[BINS];
  private double low;
  private double width;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;
  private long elements;
  private long zeros;
  private long notFinite;

  /** Counts {@code count} little-endian floats; infinities and NaN are counted apart. */
  public void add(MemorySegment floats, long count) {
    if (count == 0) {
      return;
    }
    extend(floats, count);
    double start = low;
    double perBin = BINS / width;
    long zerosHere = 0;
    for (long i = 0; i < count; i++) {
      float value = floats.getAtIndex(FLOAT, i);
      if (value == 0) {
        zerosHere++;
      } else if (Float.isFinite(value)) {
        int bin = Math.min((int) ((value - start) * perBin), BINS - 1);
        ((i & 1) == 0 ? even : odd)[bin]++;
      } else {
        notFinite++;
      }
    }
    zeros += zerosHere;
    elements += count;
  }

  private void extend(MemorySegment floats, long count) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (long i = 0; i < count; i++) {
      float value = floats.getAtIndex(FLOAT, i);
      if (value < least && value != Float.NEGATIVE_INFINITY) {
        least = value;
      }
      if (value > most && value != Float.POSITIVE_INFINITY) {
        most = value;
      }
    }
    if (least > most) {
      least = 0; // nothing but infinities and NaN
      most = 0;
    }
    min = Math.min(min, least);
    max = Math.max(max, most);
    if (width == 0) {
      low = Math.min(0, least);
      width = Math.max(Math.max(0.0, most) - low, Float.MIN_NORMAL);
    }
    while (most > low + width) {
      mergePairs(0);
      width *= 2;
    }
    while (least < low) {
      mergePairs(BINS / 2);
      low -= width;
      width *= 2;
    }
  }

  /** Merges bins 2i and 2i + 1 into bin {@code offset} + i and empties the other half. */
  private void mergePairs(int offset) {
    long[] merged = new long[BINS];
    for (int i = 0; i < BINS; i++) {
      merged[offset + i / 2] += even[i] + odd[i];
    }
    System.arraycopy(merged, 0, even, 0, BINS);
    java.util.Arrays.fill(odd, 0);
  }

  /** Smallest finite value seen; 0 when there was none. */
  public float min() {
    return elements == 0 ? 0 : min;
  }

  /** Largest finite value seen; 0 when there was none. */
  public float max() {
    return elements == 0 ? 0 : max;
  }

  /** All elements seen, zeros and not finite ones included. */
  public long elements() {
    return elements;
  }

  /** Elements that were exactly zero; they are in no bin. */
  public long zeros() {
    return zeros;
  }

  /** Elements that were infinite or not a number; they are in no bin. */
  public long notFinite() {
    return notFinite;
  }

  /** Elements other than zero in bin {@code index}. */
  public long count(int index) {
    return even[index] + odd[index];
  }

  /** The value in the middle of bin {@code index}. */
  public double center(int index) {
    return low + (index + 0.5) * width / BINS;
  }

  public double binWidth() {
    return width / BINS;
  }
}
