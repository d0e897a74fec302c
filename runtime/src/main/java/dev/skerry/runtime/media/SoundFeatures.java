package dev.skerry.runtime.media;

import dev.skerry.runtime.describe.AudioFeatures;
import java.util.Arrays;

/**
 * Log-mel energies or MFCCs of a recording, as {@link AudioFeatures} defines them.
 *
 * <p>Filters, window and transform tables are made once; threads may use an instance at the same
 * time.
 */
public final class SoundFeatures {
  private final AudioFeatures plan;
  private final double[] window;
  private final double[][] filters; // [mels, fft / 2 + 1]
  private final double[][] cosines; // [coefficients, mels]; empty for log-mel

  public SoundFeatures(AudioFeatures plan, int sampleRate) {
    this.plan = plan;
    this.window = hann(plan.window());
    this.filters = filters(plan, sampleRate);
    this.cosines = plan.kind() == AudioFeatures.Kind.MFCC ? cosines(plan) : new double[0][];
  }

  /** Values per frame. */
  int coefficients() {
    return plan.coefficients();
  }

  /** Factors of the samples of a frame. */
  public double[] window() {
    return window.clone();
  }

  /** [mels, fft / 2 + 1]: how much of the power of each frequency a filter passes. */
  public double[][] filters() {
    return Arrays.stream(filters).map(double[]::clone).toArray(double[][]::new);
  }

  /** [coefficients, mels]: the cosine transform of MFCCs; empty for log-mel. */
  public double[][] cosines() {
    return Arrays.stream(cosines).map(double[]::clone).toArray(double[][]::new);
  }

  private static double[] hann(int length) {
    double[] window = new double[length];
    for (int i = 0; i < length; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
    }
    return window;
  }

  static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  static double hertz(double mel) {
    return 700 * (Math.pow(10, mel / 2595) - 1);
  }

  private static double[][] filters(AudioFeatures plan, int sampleRate) {
    double low = mel(plan.lowHz());
    double step = (mel(plan.highHz()) - low) / (plan.mels() + 1);
    double[][] filters = new double[plan.mels()][plan.fft() / 2 + 1];
    for (int m = 0; m < plan.mels(); m++) {
      double left = hertz(low + m * step);
      double peak = hertz(low + (m + 1) * step);
      double right = hertz(low + (m + 2) * step);
      for (int bin = 0; bin < filters[m].length; bin++) {
        double frequency = (double) bin * sampleRate / plan.fft();
        double rising = (frequency - left) / (peak - left);
        double falling = (right - frequency) / (right - peak);
        filters[m][bin] = Math.max(0, Math.min(rising, falling));
      }
    }
    return filters;
  }

  private static double[][] cosines(AudioFeatures plan) {
    int size = plan.mels();
    double[][] cosines = new double[plan.coefficients()][size];
    for (int k = 0; k < cosines.length; k++) {
      double norm = Math.sqrt((k == 0 ? 1.0 : 2.0) / size);
      for (int n = 0; n < size; n++) {
        cosines[k][n] = norm * Math.cos(Math.PI * (n + 0.5) * k / size);
      }
    }
    return cosines;
  }

  /** The features of {@code samples}: [frames, coefficients], row-major. */
  public float[] of(float[] samples) {
    int frames = plan.frames(samples.length);
    float[] features = new float[frames * plan.coefficients()];
    double[] real = new double[plan.fft()];
    double[] imaginary = new double[plan.fft()];
    for (int frame = 0; frame < frames; frame++) {
      double[] values = frame(samples, frame * plan.hop(), real, imaginary);
      for (int i = 0; i < values.length; i++) {
        features[frame * plan.coefficients() + i] = (float) values[i];
      }
    }
    return features;
  }

  private double[] frame(float[] samples, int start, double[] real, double[] imaginary) {
    Arrays.fill(real, 0);
    Arrays.fill(imaginary, 0);
    for (int i = 0; i < window.length; i++) {
      real[i] = samples[start + i] * window[i];
    }
    transform(real, imaginary);
    double[] energies = new double[filters.length];
    for (int m = 0; m < filters.length; m++) {
      double sum = 0;
      for (int bin = 0; bin < filters[m].length; bin++) {
        sum += filters[m][bin] * (real[bin] * real[bin] + imaginary[bin] * imaginary[bin]);
      }
      energies[m] = Math.log(sum + plan.logOffset());
    }
    return cosines.length == 0 ? energies : times(cosines, energies);
  }

  private static double[] times(double[][] matrix, double[] vector) {
    double[] product = new double[matrix.length];
    for (int row = 0; row < matrix.length; row++) {
      for (int i = 0; i < vector.length; i++) {
        product[row] += matrix[row][i] * vector[i];
      }
    }
    return product;
  }

  /** Fourier transform in place, radix 2, decimation in time; the length is a power of two. */
  static void transform(double[] real, double[] imaginary) {
    int size = real.length;
    int bits = Integer.numberOfTrailingZeros(size);
    for (int i = 1; i < size; i++) {
      int j = Integer.reverse(i) >>> (32 - bits);
      if (i < j) {
        swap(real, i, j);
        swap(imaginary, i, j);
      }
    }
    for (int half = 1; half < size; half *= 2) {
      for (int k = 0; k < half; k++) {
        double cos = Math.cos(Math.PI * k / half);
        double sin = -Math.sin(Math.PI * k / half);
        for (int even = k; even < size; even += 2 * half) {
          int odd = even + half;
          double re = cos * real[odd] - sin * imaginary[odd];
          double im = cos * imaginary[odd] + sin * real[odd];
          real[odd] = real[even] - re;
          imaginary[odd] = imaginary[even] - im;
          real[even] += re;
          imaginary[even] += im;
        }
      }
    }
  }

  private static void swap(double[] values, int i, int j) {
    double kept = values[i];
    values[i] = values[j];
    values[j] = kept;
  }
}
