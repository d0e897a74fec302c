package dev.skerry.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencySketchTest {
  /** From 10 µs to some 11 minutes, as many in each power of ten. */
  private static long[] times(Random random, int most) {
    return LongStream.generate(() -> (long) (10_000 * Math.exp(random.nextDouble() * 18)))
        .limit(random.nextInt(most))
        .toArray();
  }

  private static long[] both(long[] a, long[] b) {
    return LongStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
  }

  @Test
  void countBefore_theBucketOfAPowerOfTwo_isExact() {
    long[] times = times(new Random(5), 3000);
    LatencySketch sketch = LatencySketch.ofNanos(times);
    for (int bits = 8; bits < 36; bits++) {
      long bound = 1L << bits;
      int bucket = LatencySketch.bucket(bound);

      assertThat(LatencySketch.lowerNanos(bucket)).isEqualTo(bound);
      assertThat(sketch.countBefore(bucket))
          .isEqualTo(Arrays.stream(times).filter(time -> time < bound).count());
    }
    assertThat(sketch.sumMicros())
        .isCloseTo(Arrays.stream(times).sum() / 1e3, Percentage.withPercentage(2));
  }

  @Test
  void sum_isTheSketchOfAllTimes_andTheDifferenceGivesThePartBack() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      long[] first = times(random, 300);
      long[] second = times(random, 300);
      LatencySketch a = LatencySketch.ofNanos(first);
      LatencySketch b = LatencySketch.ofNanos(second);

      LatencySketch sum = a.plus(b);

      assertThat(sum).isEqualTo(LatencySketch.ofNanos(both(first, second))).isEqualTo(b.plus(a));
      assertThat(sum.count()).isEqualTo(first.length + second.length);
      assertThat(sum.minus(a)).isEqualTo(b).hasSameHashCodeAs(b);
      assertThat(sum.contains(b)).isTrue();
      assertThat(a.contains(sum)).isEqualTo(second.length == 0);
    }
  }

  @Test
  void quantiles_areWithinTwoPercent_alsoOfSums() {
    Random random = new Random(7);
    long[] times = {};
    LatencySketch sketch = LatencySketch.EMPTY;
    for (int device = 0; device < 20; device++) {
      long[] more = times(random, 2000);
      times = both(times, more);
      sketch = sketch.plus(LatencySketch.ofNanos(more));
    }
    Arrays.sort(times);

    for (double fraction : new double[] {0.01, 0.1, 0.5, 0.9, 0.99, 1}) {
      double exact = times[(int) Math.ceil(fraction * times.length) - 1] / 1e3;
      assertThat(sketch.quantileMicros(fraction)).isCloseTo(exact, Percentage.withPercentage(2));
    }
  }

  @Test
  void json_isReadAsItWasWritten() {
    Random random = new Random(1);
    for (int round = 0; round < 100; round++) {
      LatencySketch sketch = LatencySketch.ofNanos(times(random, 500));
      byte[] json = JsonWriter.compact(sketch.toJson());
      assertThat(LatencySketch.of(JsonReader.readObject("sketch", json))).isEqualTo(sketch);
    }
  }

  @Test
  void everyTime_hasABucketAtItsValue() {
    assertThat(LatencySketch.EMPTY.quantileMicros(0.5)).isZero();
    assertThat(LatencySketch.bucket(-5)).isZero();
    assertThat(LatencySketch.bucket(Long.MAX_VALUE)).isEqualTo(LatencySketch.BUCKETS - 1);
    for (int bucket = 0; bucket < LatencySketch.BUCKETS; bucket++) {
      long middle = Math.round(LatencySketch.middleMicros(bucket) * 1e3);
      assertThat(LatencySketch.bucket(middle)).isEqualTo(bucket);
    }
  }

  @Test
  void difference_toWhatIsNoEarlierState_isRefused() {
    LatencySketch a = LatencySketch.ofNanos(1_000_000);
    LatencySketch b = LatencySketch.ofNanos(9_000_000);
    assertThatThrownBy(() -> a.minus(b))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an earlier state");
  }

  @Test
  void sums_stopAtTheGreatestNumber() {
    long[] dense = new long[LatencySketch.BUCKETS];
    dense[3] = Long.MAX_VALUE;
    dense[4] = 5;
    LatencySketch full = LatencySketch.ofCounts(dense);
    assertThat(full.plus(full).count()).isEqualTo(Long.MAX_VALUE);
    assertThat(full.plus(full).quantileMicros(0.9)).isEqualTo(LatencySketch.middleMicros(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"counts\": []} | lacks the key 'buckets'",
        "{\"buckets\": [1], \"counts\": []} | 1 buckets and 0 counts",
        "{\"buckets\": [-1], \"counts\": [1]} | buckets[0] is -1",
        "{\"buckets\": [928], \"counts\": [1]} | buckets[0] is 928",
        "{\"buckets\": [5, 5], \"counts\": [1, 1]} | buckets[1] is 5",
        "{\"buckets\": [5, 4], \"counts\": [1, 1]} | buckets[1] is 4",
        "{\"buckets\": [5], \"counts\": [0]} | counts[0] is 0",
        "{\"buckets\": [5], \"counts\": [-3]} | counts[0] is -3",
        "{\"buckets\": [5, 6], \"counts\": [1000000000000, 1]} | counts[1] is 1",
        "{\"buckets\": [5], \"counts\": [9223372036854775808]} | an integer of 64 bits was"
            + " expected",
        "{\"buckets\": [5], \"counts\": [1.5]} | an integer of 64 bits was expected",
        "{\"buckets\": {}, \"counts\": []} | an array was expected",
      })
  void hostileJson_isRefused(String json, String complaint) {
    assertThatThrownBy(() ->
            LatencySketch.of(
                JsonReader.readObject("sketch", json.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(complaint);
  }
}
