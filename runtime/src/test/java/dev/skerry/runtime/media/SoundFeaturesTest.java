package dev.skerry.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.runtime.describe.AudioFeatures;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SoundFeaturesTest {
  @Test
  void transform_equalsTheDefinition() {
    double[] real = {1, 2, -1, 0.5, 3, 0, -2, 1};
    double[] imaginary = new double[8];
    double[] signal = real.clone();

    SoundFeatures.transform(real, imaginary);

    for (int k = 0; k < 8; k++) {
      double re = 0;
      double im = 0;
      for (int n = 0; n < 8; n++) {
        re += signal[n] * Math.cos(2 * Math.PI * k * n / 8);
        im -= signal[n] * Math.sin(2 * Math.PI * k * n / 8);
      }
      assertThat(real[k]).isCloseTo(re, Offset.offset(1e-12));
      assertThat(imaginary[k]).isCloseTo(im, Offset.offset(1e-12));
    }
  }

  private static float[] tone(double hertz) {
    float[] samples = new float[4000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) Math.sin(2 * Math.PI * hertz * i / 8000);
    }
    return samples;
  }

  @Test
  void of_tone_excitesTheFilterAtItsFrequency() {
    AudioFeatures plan =
        new AudioFeatures(AudioFeatures.Kind.LOG_MEL, 256, 128, 256, 20, 20, 0, 4000, 1e-6);

    float[] features = new SoundFeatures(plan, 8000).of(tone(1000));

    assertThat(features).hasSize(plan.frames(4000) * 20);
    int strongest = 0;
    for (int m = 1; m < 20; m++) {
      strongest = features[m] > features[strongest] ? m : strongest;
    }
    double step = SoundFeatures.mel(4000) / 21;
    double peak = SoundFeatures.hertz((strongest + 1) * step);
    assertThat(peak).isBetween(850.0, 1150.0);
  }

  @Test
  void of_mfcc_firstCoefficientIsTheScaledMean() {
    AudioFeatures mel =
        new AudioFeatures(AudioFeatures.Kind.LOG_MEL, 256, 128, 256, 16, 16, 0, 4000, 1e-6);
    AudioFeatures mfcc =
        new AudioFeatures(AudioFeatures.Kind.MFCC, 256, 128, 256, 16, 5, 0, 4000, 1e-6);
    float[] energies = new SoundFeatures(mel, 8000).of(tone(700));
    float[] coefficients = new SoundFeatures(mfcc, 8000).of(tone(700));

    double sum = 0;
    for (int m = 0; m < 16; m++) {
      sum += energies[m];
    }
    assertThat(coefficients).hasSize(mfcc.frames(4000) * 5);
    assertThat((double) coefficients[0]).isCloseTo(sum / 4, Offset.offset(1e-3));
  }
}
