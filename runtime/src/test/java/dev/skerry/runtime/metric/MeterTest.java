package dev.skerry.runtime.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MeterTest {
  private static final float[] NONE = {};

  @Test
  void accuracy_countsLabelsAmongTheGreatest() {
    Meter first = new Meter.Accuracy(1);
    Meter two = new Meter.Accuracy(2);
    for (Meter meter : new Meter[] {first, two}) {
      meter.add(0, new float[] {3, 2, 1}, NONE);
      meter.add(1, new float[] {3, 2, 1}, NONE);
      meter.add(2, new float[] {3, 2, 1}, NONE);
      meter.add(1, new float[] {2, 2, 1}, NONE);
    }

    assertThat(first.value()).isEqualTo(0.25);
    assertThat(two.value()).isEqualTo(0.75);
  }

  @Test
  void accuracy_notANumber_isNeverRight() {
    Meter meter = new Meter.Accuracy(1);
    meter.add(0, new float[] {Float.NaN, 1}, NONE);

    assertThat(meter.value()).isZero();
  }

  @Test
  void roc_equalsTheShareOfOrderedPairs() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    Meter roc = new Meter.Roc();
    double[] scores = new double[60];
    int[] labels = new int[60];
    for (int i = 0; i < 60; i++) {
      labels[i] = random.nextInt(2);
      scores[i] = random.nextInt(10) + labels[i];
      roc.add(labels[i], new float[] {0, (float) scores[i]}, NONE);
    }

    double wins = 0;
    double pairs = 0;
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 60; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    assertThat(roc.value()).isCloseTo(wins / pairs, Offset.offset(1e-12));
  }

  @Test
  void roc_reconstruction_scoresByError() {
    Meter roc = new Meter.Roc();
    roc.add(0, new float[] {1, 1}, new float[] {1, 1});
    roc.add(1, new float[] {1, 1}, new float[] {2, 0});

    assertThat(roc.value()).isEqualTo(1);
  }

  @Test
  void error_isTheMeanOverSamples() {
    Meter error = new Meter.Error();
    error.add(-1, new float[] {1, 2}, new float[] {1, 4});
    error.add(-1, new float[] {0, 0}, new float[] {0, 0});

    assertThat(error.value()).isEqualTo(1);
  }

  @Test
  void cosine_ofZerosAndLengths() {
    assertThat(Vectors.cosine(new float[2], new float[2])).isEqualTo(1);
    assertThat(Vectors.cosine(new float[2], new float[] {1, 0})).isZero();
    assertThat(Vectors.cosine(new float[] {1, 0}, new float[] {-2, 0})).isEqualTo(-1);
    assertThat(Vectors.cosine(new float[] {Float.NaN, 0}, new float[] {1, 0})).isZero();
  }

  @Test
  void noise_isHeldWithin200Decibels() {
    NoiseMeter exact = new NoiseMeter();
    exact.add(new float[] {1, 2}, new float[] {1, 2});
    NoiseMeter tenth = new NoiseMeter();
    tenth.add(new float[] {1, 0}, new float[] {1, 0.1f});
    NoiseMeter broken = new NoiseMeter();
    broken.add(new float[] {1, 0}, new float[] {Float.NaN, 0});

    assertThat(exact.decibels()).isEqualTo(200);
    assertThat(tenth.decibels()).isCloseTo(20, Offset.offset(1e-5));
    assertThat(broken.decibels()).isEqualTo(-200);
  }
}
