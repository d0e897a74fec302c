package dev.skerry.agent.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void quantiles_areWithinTwoPercent_overNineOrdersOfMagnitude() {
    Random random = new Random(7);
    LatencyHistogram histogram = new LatencyHistogram();
    long[] times = new long[20_001];
    for (int i = 0; i < times.length; i++) {
      times[i] = (long) (10_000 * Math.exp(random.nextDouble() * 18));
      histogram.add(times[i]);
    }
    Arrays.sort(times);

    for (double fraction : new double[] {0.01, 0.1, 0.5, 0.9, 0.99, 1}) {
      double exact = times[(int) Math.ceil(fraction * times.length) - 1] / 1e3;
      assertThat(histogram.quantileMicros(fraction)).isCloseTo(exact, Percentage.withPercentage(2));
    }
    assertThat(histogram.count()).isEqualTo(times.length);
  }

  @Test
  void extremes_haveABucket() {
    LatencyHistogram histogram = new LatencyHistogram();
    assertThat(histogram.quantileMicros(0.5)).isZero();

    histogram.add(-5);
    assertThat(histogram.quantileMicros(0.5)).isCloseTo(0.128, within(0.001));

    histogram.add(Long.MAX_VALUE);
    assertThat(histogram.quantileMicros(1)).isGreaterThan(1e9);
  }
}
