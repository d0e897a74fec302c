package dev.skerry.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.cli.sample.Conditions.Range;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VibrationTest {
  private static final double SPEED_HERTZ = 1_750 / 60.0;

  /** A loud defect at a steady known speed, so that its rhythm can be looked up. */
  private static final Conditions CLEAR =
      new Conditions(steady(1_750), steady(1), steady(20), steady(0.1), new Range(0.0005, 0.001));

  private static Range steady(double value) {
    return new Range(value, value + 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"INNER_RACE,5.4152", "OUTER_RACE,3.5848", "BALL,4.7135"})
  void record_ofDefect_knocksAtTheOrderOfItsPart(Fault fault, double order) {
    short[] recording = Vibration.record(fault, CLEAR, new SplittableRandom(3));

    double expected = order * SPEED_HERTZ;
    assertThat(loudestEnvelopeHertz(recording, 85, 200)).isCloseTo(expected, within(4.0));
  }

  @Test
  void record_ofImbalance_swingsWithTheShaft() {
    short[] recording = Vibration.record(Fault.IMBALANCE, CLEAR, new SplittableRandom(3));

    assertThat(loudestHertz(recording, 10, 2_000)).isCloseTo(SPEED_HERTZ, within(3.0));
  }

  @Test
  void record_withTheSameSeed_isTheSame() {
    short[] first = Vibration.record(Fault.BALL, Conditions.TRAINING, new SplittableRandom(9));
    short[] again = Vibration.record(Fault.BALL, Conditions.TRAINING, new SplittableRandom(9));
    short[] other = Vibration.record(Fault.BALL, Conditions.TRAINING, new SplittableRandom(10));

    assertThat(first).hasSize(Vibration.LENGTH).isEqualTo(again).isNotEqualTo(other);
  }

  @Test
  void record_underUsualConditions_hardlyEverClips() {
    SplittableRandom random = new SplittableRandom(4);
    int clipped = 0;
    for (int i = 0; i < 100; i++) {
      Fault fault = Fault.values()[i % 5];
      for (short sample : Vibration.record(fault, Conditions.TRAINING, random)) {
        clipped += sample == Short.MAX_VALUE || sample == Short.MIN_VALUE ? 1 : 0;
      }
    }
    assertThat(clipped).isLessThan(100 * Vibration.LENGTH / 1_000);
  }

  /** Rectified, mean removed: the envelope well enough. */
  private static double loudestEnvelopeHertz(short[] recording, double low, double high) {
    double[] envelope = new double[recording.length];
    double mean = 0;
    for (int i = 0; i < recording.length; i++) {
      envelope[i] = Math.abs(recording[i]);
      mean += envelope[i] / recording.length;
    }
    for (int i = 0; i < recording.length; i++) {
      envelope[i] -= mean;
    }
    return loudest(envelope, low, high);
  }

  private static double loudestHertz(short[] recording, double low, double high) {
    double[] signal = new double[recording.length];
    for (int i = 0; i < recording.length; i++) {
      signal[i] = recording[i];
    }
    return loudest(signal, low, high);
  }

  private static double loudest(double[] signal, double low, double high) {
    double best = 0;
    double bestPower = -1;
    for (double hertz = low; hertz < high; hertz += 0.5) {
      double real = 0;
      double imaginary = 0;
      for (int i = 0; i < signal.length; i++) {
        double angle = 2 * Math.PI * hertz * i / Vibration.SAMPLE_RATE;
        real += signal[i] * Math.cos(angle);
        imaginary += signal[i] * Math.sin(angle);
      }
      double power = real * real + imaginary * imaginary;
      if (power > bestPower) {
        bestPower = power;
        best = hertz;
      }
    }
    return best;
  }
}
