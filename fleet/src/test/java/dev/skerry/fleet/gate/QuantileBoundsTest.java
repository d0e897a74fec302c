package dev.skerry.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.wire.LatencySketch;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class QuantileBoundsTest {
  private static final double CONFIDENCE = 0.975;

  @Test
  void of_fewTimes_knowsNothing() {
    QuantileBounds bounds = QuantileBounds.of(LatencySketch.ofNanos(1_000_000), 0.95, CONFIDENCE);

    assertThat(bounds.low()).isZero();
    assertThat(bounds.high()).isInfinite();
  }

  @Test
  void of_manyTimes_enclosesTheQuantileClosely() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    QuantileBounds bounds = QuantileBounds.of(times(random, 10_000, 1), 0.95, CONFIDENCE);
    double truth = quantile(0.95);

    assertThat(bounds.low()).isBetween(truth * 0.85, truth);
    assertThat(bounds.high()).isBetween(truth, truth * 1.15);
  }

  /** 40 looks at each of 500 fleets, where the bound must hold at every look. */
  @Test
  void of_atManyLooks_seldomMissesTheQuantile() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(8);
    int missedLow = 0;
    int missedHigh = 0;
    for (int fleet = 0; fleet < 500; fleet++) {
      LatencySketch sketch = LatencySketch.EMPTY;
      boolean low = false;
      boolean high = false;
      for (int look = 0; look < 40; look++) {
        sketch = sketch.plus(times(random, 50, 1));
        QuantileBounds bounds = QuantileBounds.of(sketch, 0.95, CONFIDENCE);
        low |= bounds.low() > quantile(0.95);
        high |= bounds.high() < quantile(0.95);
      }
      missedLow += low ? 1 : 0;
      missedHigh += high ? 1 : 0;
    }
    System.out.printf(
        "p95 missed below in %.1f %%, above in %.1f %% of 500 fleets%n",
        missedLow / 5.0, missedHigh / 5.0);

    assertThat(missedLow / 500.0).isLessThanOrEqualTo(1 - CONFIDENCE);
    assertThat(missedHigh / 500.0).isLessThanOrEqualTo(1 - CONFIDENCE);
  }

  /** Exponential with a mean of 200 µs. */
  static LatencySketch times(RandomGenerator random, int count, double slower) {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      nanos[i] = (long) (-Math.log(1 - random.nextDouble()) * 200_000 * slower);
    }
    return LatencySketch.ofNanos(nanos);
  }

  private static double quantile(double fraction) {
    return -Math.log(1 - fraction) * 200;
  }
}
