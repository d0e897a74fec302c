package dev.skerry.fleet.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Geometry and words of plots. */
final class PlotsTest {
  private static Bullet rate(double value, double low, double high, double limit) {
    return new Bullet(value, low, high, limit, true, Words::percent);
  }

  private static double number(String percent) {
    return Double.parseDouble(percent.replace("%", ""));
  }

  @Test
  void bullet_intervalAndLimitLieWithinTheAxis() {
    for (double high : new double[] {0.05, 0.5, 1, Double.POSITIVE_INFINITY}) {
      Bullet bullet = rate(0.04, 0.01, high, 0.03);
      assertThat(number(bullet.limitAt())).isBetween(5.0, 95.0);
      assertThat(number(bullet.lowAt()) + number(bullet.intervalWidth())).isLessThan(100.01);
      assertThat(number(bullet.valueAt())).isGreaterThan(number(bullet.limitAt()));
    }
  }

  @Test
  void bullet_nothingMeasured_saysSo() {
    Bullet bullet = rate(Double.NaN, Double.NaN, Double.NaN, 0.03);
    assertThat(bullet.valueWords()).isEqualTo(Words.NOTHING);
    assertThat(bullet.spoken()).isEqualTo("not measured yet, at most 3 %");
    assertThat(number(bullet.allowedWidth())).isBetween(1.0, 99.0);
  }

  @Test
  void bullet_noneAllowed() {
    assertThat(rate(0, 0, 0, 0).limitWords()).isEqualTo("none allowed");
    assertThat(number(rate(0, 0, 0, 0).limitAt())).isZero();
  }

  @Test
  void strip_partsFillTheWhole_andEmptyPartsAreNotDrawn() {
    Strip strip =
        new Strip(
            "all",
            List.of(
                new Strip.Part("a", 1, "v0"),
                new Strip.Part("b", 0, "v1"),
                new Strip.Part("c", 3, "v2")));
    assertThat(strip.blocks()).extracting(Strip.Block::start).containsExactly("0.000%", "25.000%");
    assertThat(strip.blocks()).extracting(Strip.Block::width).containsExactly("25.000%", "75.000%");
    assertThat(strip.spoken()).isEqualTo("all: 1 a, 0 b, 3 c");
    assertThat(new Strip("none", List.of(new Strip.Part("a", 0, "v0"))).isEmpty()).isTrue();
  }

  @Test
  void scatter_linesJoinNeighboursOfOneTargetAlone() {
    ScatterPlot plot =
        new ScatterPlot(
            "t",
            "x",
            "y",
            List.of(
                new ScatterPlot.Point("a", "a.1", 100, 90, ""),
                new ScatterPlot.Point("a", "a.2", 50, 80, ""),
                new ScatterPlot.Point("b", "b.1", 200, 90, "")),
            Words::micros,
            Double::toString);
    assertThat(plot.segments()).hasSize(1);
    assertThat(plot.marks()).extracting(ScatterPlot.Mark::letter).containsExactly("A", "B", "C");
    assertThat(number(plot.marks().get(1).x())).isEqualTo(25.0);
  }

  @ParameterizedTest
  @CsvSource({
    "2, just now",
    "42, 42 s ago",
    "-90, in 1 min",
    "7300, 2 h ago",
    "200000, 2 days ago",
    "8640000, 16 Aug 2026"
  })
  void when_isSaidAsPeopleDo(long seconds, String said) {
    Instant now = FixtureFleet.NOW;
    assertThat(When.of(now.minusSeconds(seconds), now).said()).isEqualTo(said);
  }

  @Test
  void when_timeAloneChangesNothing() {
    Instant at = FixtureFleet.NOW;
    assertThat(When.of(at, at)).isEqualTo(When.of(at, at.plusSeconds(60)));
    assertThat(When.of(at, at)).isNotEqualTo(When.of(at.plusSeconds(1), at));
  }

  @Test
  void words_figuresKeepTheirUnits() {
    assertThat(Words.prose("at 95 % in 6 min, 3 items"))
        .isEqualTo("at 95\u00A0% in 6\u00A0min, 3 items");
    assertThat(Words.percent(0.0004)).isEqualTo("0.04 %");
    assertThat(Words.percent(0.03)).isEqualTo("3 %");
    assertThat(Words.bytes(1_572_864)).isEqualTo("1.5 MiB");
    assertThat(Words.micros(2_100)).isEqualTo("2,100 µs");
    assertThat(Words.micros(21_000)).isEqualTo("21.0 ms");
  }
}
