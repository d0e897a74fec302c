package dev.skerry.optimize.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HistogramTest {
  @Test
  void add_valuesOutsideWhatWasSeen_keepsEveryElementNearItsPlace() {
    Histogram histogram = new Histogram();
    histogram.add(MemorySegment.ofArray(new float[] {0.5f, 1f}), 2);
    histogram.add(MemorySegment.ofArray(new float[] {-7f, 100f}), 2);

    assertThat(histogram.min()).isEqualTo(-7f);
    assertThat(histogram.max()).isEqualTo(100f);
    assertThat(histogram.elements()).isEqualTo(4);
    for (float value : new float[] {0.5f, 1f, -7f, 100f}) {
      assertThat(binsNear(histogram, value)).as("count around %s", value).isPositive();
    }
  }

  @Test
  void add_zerosAndNotFinite_areCountedApart() {
    Histogram histogram = new Histogram();
    histogram.add(
        MemorySegment.ofArray(
            new float[] {0, -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3}),
        6);

    assertThat(histogram.zeros()).isEqualTo(2);
    assertThat(histogram.notFinite()).isEqualTo(3);
    assertThat(total(histogram)).isEqualTo(1);
    assertThat(histogram.min()).isEqualTo(0f);
    assertThat(histogram.max()).isEqualTo(3f);
  }

  @Test
  void add_inAnyChunks_countsTheSameElements() {
    RandomGenerator random = new Random(7);
    float[] values = new float[5000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * (i < 2500 ? 1 : 40);
    }
    Histogram histogram = new Histogram();
    for (int i = 0; i < values.length; i += 500) {
      histogram.add(MemorySegment.ofArray(values).asSlice(4L * i, 4L * 500), 500);
    }

    assertThat(total(histogram)).isEqualTo(5000);
    double mean = 0;
    for (int bin = 0; bin < Histogram.BINS; bin++) {
      mean += histogram.center(bin) * histogram.count(bin) / 5000;
    }
    double expected = IntStream.range(0, 5000).mapToDouble(i -> values[i]).average().orElseThrow();
    assertThat(Math.abs(mean - expected)).isLessThan(histogram.binWidth());
  }

  private static long binsNear(Histogram histogram, float value) {
    long sum = 0;
    for (int bin = 0; bin < Histogram.BINS; bin++) {
      if (Math.abs(histogram.center(bin) - value) <= histogram.binWidth()) {
        sum += histogram.count(bin);
      }
    }
    return sum;
  }

  private static long total(Histogram histogram) {
    return IntStream.range(0, Histogram.BINS).mapToLong(histogram::count).sum();
  }
}
