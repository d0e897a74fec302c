package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.optimize.observe.Histogram;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class RangeMethodTest {
  private static final int ELEMENTS = 200_000;

  @Test
  void range_oneFarOutlier_isClippedByAllButMinMax() {
    float[] values = gaussian();
    values[77] = 30;
    Histogram histogram = histogram(values);

    assertThat(RangeMethod.MINMAX.range(histogram, IntegerType.UINT8).max()).isEqualTo(30);
    for (RangeMethod method :
        new RangeMethod[] {RangeMethod.PERCENTILE, RangeMethod.MSE, RangeMethod.ENTROPY}) {
      assertThat(method.range(histogram, IntegerType.UINT8).max()).as("%s", method).isLessThan(29);
    }
  }

  @Test
  void squaredError_ofTheMseRange_isNoLargerThanAnyOther() {
    float[] values = gaussian();
    values[1] = 60;
    Histogram histogram = histogram(values);
    double least = error(histogram, RangeMethod.MSE);

    for (RangeMethod method : RangeMethod.values()) {
      assertThat(error(histogram, method)).as("%s", method).isGreaterThanOrEqualTo(least);
    }
  }

  @Test
  void squaredError_fromTheHistogram_isNearTheErrorOfTheElements() {
    float[] values = gaussian();
    Histogram histogram = histogram(values);
    for (double end : new double[] {1.5, 3, 6}) {
      Scale scale = Scale.covering(new Range(-end, end), IntegerType.UINT8);
      double exact = 0;
      for (float value : values) {
        double error = value - scale.dequantize(scale.quantize(value));
        exact += error * error;
      }

      assertThat(RangeMethod.squaredError(histogram, scale) / exact)
          .as("estimate over exact error when clipping at %s", end)
          .isBetween(0.9, 1.1);
    }
  }

  private static double error(Histogram histogram, RangeMethod method) {
    Range range = method.range(histogram, IntegerType.UINT8);
    return RangeMethod.squaredError(histogram, Scale.covering(range, IntegerType.UINT8));
  }

  private static float[] gaussian() {
    RandomGenerator random = new Random(3);
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static Histogram histogram(float[] values) {
    Histogram histogram = new Histogram();
    histogram.add(MemorySegment.ofArray(values), values.length);
    return histogram;
  }
}
