package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class PairedLatencyTest {
  private static final PairedLatency PAIRED =
      new PairedLatency(Duration.ofMillis(1), 21, Duration.ofNanos(5000));

  private final ScriptedTicker ticker = new ScriptedTicker();
  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20260101);

  @Test
  void ratio_holdsOnAMachineThatSlowsDownAndStutters() {
    Comparison found = PAIRED.compare(List.of(work(80), work(100), work(100)), ticker);
    Comparison.Ratio ratio = found.ratio(0, 1);
    assertThat(ratio.median()).isCloseTo(0.8, within(0.03));
    assertThat(ratio.isFaster()).isTrue();
    assertThat(ratio.isSlower()).isFalse();
    assertThat(found.ratio(1, 0).isSlower()).isTrue();
    assertThat(found.ratio(1, 2).median()).isCloseTo(1, within(0.03));
  }

  /** Takes {@code nanos}, more as time goes by, and now and then a hundred times as long. */
  private Runnable work(long nanos) {
    return () -> {
      double drift = 1 + ticker.nanos() / 1e6;
      double stutter = random.nextDouble() < 0.05 ? 100 : 1 + random.nextDouble() / 10;
      ticker.advance(Math.round(nanos * drift * stutter));
    };
  }

  @Test
  void ratio_ofEqualCandidates_claimsNothing() {
    Comparison.Ratio ratio = PAIRED.compare(List.of(work(100), work(100)), ticker).ratio(0, 1);
    assertThat(ratio.low()).isLessThanOrEqualTo(1);
    assertThat(ratio.high()).isGreaterThanOrEqualTo(1);
  }

  @Test
  void compare_keepsMinimumOfRounds_forSlowCandidates() {
    Comparison found = PAIRED.compare(List.of(() -> ticker.advance(1_000_000)), ticker);
    assertThat(found.rounds()).hasSize(21);
    assertThat(found.medianNanos(0)).isEqualTo(1_000_000);
  }

  @Test
  void median_ofEvenCount_liesBetween() {
    assertThat(PairedLatency.median(4, 1, 3, 2)).isEqualTo(2.5);
    assertThat(PairedLatency.median(3, 1, 2)).isEqualTo(2);
  }
}
