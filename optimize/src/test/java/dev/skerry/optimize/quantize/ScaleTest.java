package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ScaleTest {
  @Test
  void covering_anyRange_expressesZeroExactlyAndTheEndsWithinAStep() {
    for (IntegerType type : new IntegerType[] {IntegerType.UINT8, IntegerType.INT8}) {
      for (double[] ends : new double[][] {{0, 6}, {-1, 1}, {-3.7, 0.2}, {-5, 0}, {0, 1e-3}}) {
        Scale scale = Scale.covering(new Range(ends[0], ends[1]), type);

        assertThat(scale.dequantize(scale.quantize(0))).isZero();
        for (double end : ends) {
          assertThat(scale.dequantize(scale.quantize(end)))
              .as("%s in %s", end, scale)
              .isCloseTo(end, within((double) scale.step()));
        }
      }
    }
  }

  @Test
  void covering_reluOutput_putsZeroAtTheLowestInteger() {
    assertThat(Scale.covering(new Range(0, 6), IntegerType.UINT8).zeroPoint()).isZero();
    assertThat(Scale.covering(new Range(0, 6), IntegerType.INT8).zeroPoint()).isEqualTo(-128);
  }

  @Test
  void covering_nothing_isStillAGrid() {
    assertThat(Scale.covering(new Range(0, 0), IntegerType.UINT8).step()).isEqualTo(1f);
  }

  @Test
  void covering_reluThatWasNeverPositive_reachesNotBelowZero() {
    for (IntegerType type : new IntegerType[] {IntegerType.UINT8, IntegerType.INT8}) {
      assertThat(Scale.covering(new Range(0, 0), type).quantize(-5)).isEqualTo(type.lowest());
      assertThat(Scale.covering(new Range(0, 0), type).range().min()).isZero();
    }
  }

  @Test
  void quantize_tiesAndBeyondTheEnds_roundsToEvenAndSaturates() {
    Scale scale = new Scale(2, 10, IntegerType.UINT8);

    assertThat(scale.quantize(1)).isEqualTo(10);
    assertThat(scale.quantize(3)).isEqualTo(12);
    assertThat(scale.quantize(1e30)).isEqualTo(255);
    assertThat(scale.quantize(-1e30)).isZero();
  }
}
