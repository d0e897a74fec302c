package dev.skerry.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RidgeTest {
  @Test
  void fit_onExactLinearTargets_findsThem() {
    SplittableRandom random = new SplittableRandom(1);
    double[][] features = new double[50][3];
    double[][] targets = new double[50][1];
    for (int i = 0; i < 50; i++) {
      for (int j = 0; j < 3; j++) {
        features[i][j] = 10 * random.nextGaussian() + j;
      }
      targets[i][0] = 2 * features[i][0] - 3 * features[i][1] + 0.5 * features[i][2] + 7;
    }

    Ridge fitted = Ridge.fit(features, targets, 0);

    assertThat(fitted.weights()[0][0]).isCloseTo(2, within(1e-9));
    assertThat(fitted.weights()[1][0]).isCloseTo(-3, within(1e-9));
    assertThat(fitted.weights()[2][0]).isCloseTo(0.5, within(1e-9));
    assertThat(fitted.bias()[0]).isCloseTo(7, within(1e-7));
  }

  @Test
  void fit_withConstantFeature_ignoresIt() {
    double[][] features = {{1, 5}, {2, 5}, {3, 5}};
    double[][] targets = {{1}, {2}, {3}};

    Ridge fitted = Ridge.fit(features, targets, 1e-9);

    assertThat(fitted.weights()[1][0]).isZero();
    assertThat(fitted.apply(new double[] {4, 5})[0]).isCloseTo(4, within(1e-6));
  }

  @Test
  void fit_withGreatPenalty_fallsBackOnTheMean() {
    double[][] features = {{1}, {2}, {3}};
    double[][] targets = {{10}, {20}, {30}};

    Ridge fitted = Ridge.fit(features, targets, 1e12);

    assertThat(fitted.apply(new double[] {3})[0]).isCloseTo(20, within(1e-6));
  }
}
