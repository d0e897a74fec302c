package dev.skerry.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void holding_unevenValues_endsAtRoundNumbers() {
    Scale scale = Scale.holding(DoubleStream.of(0, 1_837), 5);

    assertThat(scale.low()).isZero();
    assertThat(scale.high()).isEqualTo(2_000);
    assertThat(scale.ticks()).containsExactly(0.0, 500.0, 1_000.0, 1_500.0, 2_000.0);
    assertThat(scale.percent(500)).isEqualTo(25);
    assertThat(scale.digits()).isZero();
  }

  @Test
  void holding_closeValues_tellsTicksApart() {
    Scale scale = Scale.holding(DoubleStream.of(0.8677, 0.8748), 4);

    assertThat(scale.low()).isLessThanOrEqualTo(0.8677);
    assertThat(scale.high()).isGreaterThanOrEqualTo(0.8748);
    assertThat(scale.ticks()).hasSizeBetween(3, 7);
    assertThat(scale.digits()).isEqualTo(3);
  }

  @Test
  void holding_oneOrNoValue_stillHasALength() {
    assertThat(Scale.holding(DoubleStream.of(3), 4).ticks()).hasSizeGreaterThan(1);
    assertThat(Scale.holding(DoubleStream.of(0), 4).high()).isPositive();
    assertThat(Scale.holding(DoubleStream.empty(), 4).ticks()).hasSizeGreaterThan(1);
    assertThat(Scale.holding(DoubleStream.of(Double.NaN, 1, 2), 4).percent(2)).isEqualTo(100);
  }
}
