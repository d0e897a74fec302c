package dev.skerry.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class ProportionTest {
  private static final double CONFIDENCE = 0.95;

  @Test
  void bounds_ofKnownCounts_encloseTheRate() {
    Proportion found = new Proportion(49, 240);

    assertThat(found.rate()).isEqualTo(0.204, within(0.001));
    assertThat(found.atLeast(CONFIDENCE)).isBetween(0.12, 0.16);
    assertThat(found.atMost(CONFIDENCE)).isBetween(0.25, 0.30);
  }

  @Test
  void atLeast_agreesWithExceeds() {
    for (long trials : new long[] {1, 7, 50, 1_000, 1_000_000, 1_000_000_000_000L}) {
      for (double rate : new double[] {0, 0.001, 0.02, 0.3, 0.97, 1}) {
        Proportion found = new Proportion((long) (rate * trials), trials);
        double bound = found.atLeast(CONFIDENCE);

        assertThat(bound).isBetween(0.0, found.rate());
        assertThat(found.exceeds(bound * 0.999 - 1e-12, CONFIDENCE))
            .as("%s above its bound %s", found, bound)
            .isEqualTo(bound > 0);
        assertThat(found.exceeds(bound * 1.001 + 1e-9, CONFIDENCE)).isFalse();
      }
    }
  }

  @Test
  void exceeds_zeroTolerance_isTrueAtTheFirst() {
    assertThat(new Proportion(0, 1_000).exceeds(0, CONFIDENCE)).isFalse();
    assertThat(new Proportion(1, 1_000).exceeds(0, CONFIDENCE)).isTrue();
  }

  @Test
  void exceeds_fewerTrialsWithTheSameRate_showsLess() {
    assertThat(new Proportion(1, 5).exceeds(0.03, CONFIDENCE)).isFalse();
    assertThat(new Proportion(10, 50).exceeds(0.03, CONFIDENCE)).isTrue();
  }

  /** A look after every single trial, 20,000 of them, at a release that is exactly at its limit. */
  @Test
  void exceeds_goodReleaseLookedAtAllTheTime_isSeldomStopped() {
    for (double limit : new double[] {0.001, 0.01, 0.03, 0.2}) {
      double stopped = stoppedAtLimit(limit, 1_000, 20_000);
      System.out.printf(
          "limit %.3f: %.2f %% of 1000 good releases stopped%n", limit, 100 * stopped);

      assertThat(stopped).as("limit %s", limit).isLessThanOrEqualTo(1 - CONFIDENCE);
    }
  }

  private static double stoppedAtLimit(double limit, int releases, int trials) {
    RandomGenerator random = seeded(4);
    int[] critical = critical(limit, trials);
    int stopped = 0;
    for (int release = 0; release < releases; release++) {
      int hits = 0;
      for (int trial = 1; trial <= trials; trial++) {
        hits += random.nextDouble() < limit ? 1 : 0;
        if (hits >= critical[trial]) {
          stopped++;
          break;
        }
      }
    }
    return (double) stopped / releases;
  }

  /** The hits at which a release is stopped after so many trials; the test is monotonic in them. */
  private static int[] critical(double limit, int trials) {
    int[] critical = new int[trials + 1];
    int hits = 1;
    for (int trial = 1; trial <= trials; trial++) {
      while (hits <= trial && !new Proportion(hits, trial).exceeds(limit, CONFIDENCE)) {
        hits++;
      }
      critical[trial] = hits;
      hits = Math.max(1, hits - 1);
    }
    return critical;
  }

  @Test
  void exceeds_badRelease_isStoppedAfterFewTrials() {
    // limit, true rate, trials by which half of the releases must be stopped
    double[][] cases = {{0.03, 0.20, 40}, {0.03, 0.06, 700}, {0.01, 0.05, 150}, {0.001, 0.02, 250}};
    for (double[] each : cases) {
      int[] needed = trialsUntilStopped(each[0], each[1], 500, 20_000);
      System.out.printf(
          "limit %.3f, rate %.2f: stopped after %d trials (median), %d (95 %%)%n",
          each[0], each[1], needed[250], needed[475]);

      assertThat(needed[250]).as("median at %s", each).isLessThan((int) each[2]);
    }
  }

  private static int[] trialsUntilStopped(double limit, double rate, int releases, int trials) {
    RandomGenerator random = seeded(5);
    int[] critical = critical(limit, trials);
    int[] needed = new int[releases];
    for (int release = 0; release < releases; release++) {
      int hits = 0;
      int trial = 0;
      do {
        trial++;
        hits += random.nextDouble() < rate ? 1 : 0;
      } while (trial < trials && hits < critical[trial]);
      needed[release] = trial;
    }
    Arrays.sort(needed);
    return needed;
  }

  @Test
  void logGammaAndUpper_agreeWithKnownValues() {
    assertThat(BetaFunction.logGamma(0.5)).isEqualTo(Math.log(Math.sqrt(Math.PI)), within(1e-13));
    assertThat(BetaFunction.logGamma(10)).isEqualTo(Math.log(362_880), within(1e-12));
    assertThat(Math.exp(BetaFunction.logUpper(0.25, 0.5, 0.5)))
        .isEqualTo(1 - 2 / Math.PI * Math.asin(0.5), within(1e-12));
    // I_x(1, b) = 1 - (1-x)^b
    assertThat(BetaFunction.logUpper(0.3, 1, 500)).isEqualTo(500 * Math.log(0.7), within(1e-9));
    assertThat(Math.exp(BetaFunction.logUpper(0.9, 3, 1))).isEqualTo(1 - 0.729, within(1e-12));
  }

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
