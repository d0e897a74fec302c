package dev.skerry.cli.sample;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/**
 * A convolutional network that tells bearing faults by their sound: fixed random filters with a
 * fitted read-out, so that it is made in seconds without gradients.
 *
 * <p>It does by convolutions what envelope analysis does by Fourier transforms (R. B. Randall and
 * J. Antoni, 2011, section 5): band-pass, rectify, smooth, and look for rhythm. Shapes for one
 * recording of 4,096 samples:
 *
 * <pre>
 * signal                                      [1, 4096]  12 kHz
 * bands   Conv 32 / 4, BatchNorm, Relu        [16, 1025] tone bursts of 0.7 to 5.5 kHz
 *         MaxPool 4                           [16, 256]  their envelopes at 750 Hz
 * rhythms Conv 64 / 8, BatchNorm, Relu        [96, 25]   tone bursts of 20 to 350 Hz over all bands
 *         AveragePool 4                       [96, 6]
 * mixes   Conv 1, BatchNorm, Relu             [256, 6]   random sums of rhythms
 *         GlobalAveragePool, Gemm, Softmax    [5]
 * </pre>
 *
 * <p>Random features with a ridge read-out are those of ROCKET (A. Dempster, F. Petitjean and G. I.
 * Webb, Data Mining and Knowledge Discovery 34, 2020); that envelopes of all bands add with
 * positive weights is what one impulse train behind them suggests. The rectifiers' thresholds are
 * random.
 */
final class BearingDetector {
  static final String INPUT = "signal";
  static final String OUTPUT = "probabilities";

  private static final int BANDS = 16;
  private static final int BAND_KERNEL = 32; // 2.7 ms
  private static final int BAND_STRIDE = 4;
  private static final int ENVELOPE_POOL = 4;
  private static final int RHYTHMS = 96;
  private static final int RHYTHM_KERNEL = 64; // 85 ms, two and a half turns of the shaft
  private static final int RHYTHM_STRIDE = 8;
  private static final int RHYTHM_POOL = 4;
  private static final int MIXES = 256;
  private static final double ENVELOPE_RATE =
      (double) Vibration.SAMPLE_RATE / BAND_STRIDE / ENVELOPE_POOL;

  /** Recordings that one run takes. */
  private static final int BATCH = 100;

  /** One in so many recordings gives the statistics of the normalization layers. */
  private static final int STATISTICS_STRIDE = 5;

  private static final double RIDGE_PENALTY = 1;

  private final RandomGenerator random;
  private final Recordings training;

  private BearingDetector(Recordings training, RandomGenerator random) {
    this.training = training;
    this.random = random;
  }

  /** The model fitted to {@code training}: input [N, 4096] in -1..1, probabilities [N, 5]. */
  static Model fit(Recordings training, RandomGenerator random) {
    return new BearingDetector(training, random).fit();
  }

  private Model fit() {
    NetworkBuilder network = new NetworkBuilder("bearing-faults", INPUT, Vibration.LENGTH);
    network.addChannelAxis();
    network.convolution("bands", bandFilters(), BAND_STRIDE, BAND_KERNEL / 2);
    normalizeAndRectify(network, "bands", BANDS, 0, 0);
    network.maxPool("bands.envelope", ENVELOPE_POOL);
    network.convolution("rhythms", rhythmFilters(), RHYTHM_STRIDE, 0);
    normalizeAndRectify(network, "rhythms", RHYTHMS, -1, 0.5);
    network.averagePool("rhythms.smooth", RHYTHM_POOL);
    network.convolution("mixes", mixFilters(), 1, 0);
    normalizeAndRectify(network, "mixes", MIXES, -1, 1);
    network.meanOverTime();
    Ridge readOut = readOut(run(network.build(MIXES), training));
    network.dense("classes", weights(readOut), floats(readOut.bias()));
    network.softmax(OUTPUT);
    return network.build(Fault.values().length);
  }

  /** The classes that {@code model} finds in {@code recordings}. */
  static List<Fault> classify(Model model, Recordings recordings) {
    return Arrays.stream(run(model, recordings)).map(row -> Fault.values()[greatest(row)]).toList();
  }

  /** Share of {@code recordings} whose class {@code model} finds, from 0 to 1. */
  static double accuracy(Model model, Recordings recordings) {
    List<Fault> found = classify(model, recordings);
    long right = 0;
    for (int i = 0; i < found.size(); i++) {
      right += found.get(i) == recordings.faults().get(i) ? 1 : 0;
    }
    return (double) right / found.size();
  }

  /** Tone bursts [BANDS, 1, BAND_KERNEL]; the first two pass all below, once upside down. */
  private Tensor bandFilters() {
    float[] filters = new float[BANDS * BAND_KERNEL];
    for (int band = 0; band < BANDS; band++) {
      double hertz = band < 2 ? 0 : logUniform(700, 5_500);
      double phase = band < 2 ? band * Math.PI : random.nextDouble(2 * Math.PI);
      double[] burst = toneBurst(BAND_KERNEL, hertz / Vibration.SAMPLE_RATE, phase);
      for (int t = 0; t < BAND_KERNEL; t++) {
        filters[band * BAND_KERNEL + t] = (float) burst[t];
      }
    }
    return Tensor.ofFloats(new long[] {BANDS, 1, BAND_KERNEL}, filters);
  }

  /** One slow tone burst each over a positive mixture of the bands [RHYTHMS, BANDS, kernel]. */
  private Tensor rhythmFilters() {
    float[] filters = new float[RHYTHMS * BANDS * RHYTHM_KERNEL];
    int next = 0;
    for (int rhythm = 0; rhythm < RHYTHMS; rhythm++) {
      double hertz = logUniform(20, 350);
      double phase = random.nextDouble(2 * Math.PI);
      double[] burst = toneBurst(RHYTHM_KERNEL, hertz / ENVELOPE_RATE, phase);
      for (int band = 0; band < BANDS; band++) {
        double share = Math.pow(random.nextGaussian(), 2) / BANDS;
        for (int t = 0; t < RHYTHM_KERNEL; t++) {
          filters[next++] = (float) (share * burst[t]);
        }
      }
    }
    return Tensor.ofFloats(new long[] {RHYTHMS, BANDS, RHYTHM_KERNEL}, filters);
  }

  /** Random sums [MIXES, RHYTHMS, 1]. */
  private Tensor mixFilters() {
    float[] filters = new float[MIXES * RHYTHMS];
    for (int i = 0; i < filters.length; i++) {
      filters[i] = (float) (random.nextGaussian() / Math.sqrt(RHYTHMS));
    }
    return Tensor.ofFloats(new long[] {MIXES, RHYTHMS, 1}, filters);
  }

  /**
   * A cosine under a Hann window, of length 1 as a vector.
   *
   * @param frequency in cycles per sample
   */
  private static double[] toneBurst(int length, double frequency, double phase) {
    double[] burst = new double[length];
    double power = 0;
    for (int t = 0; t < length; t++) {
      double window = 0.5 - 0.5 * Math.cos(2 * Math.PI * (t + 0.5) / length);
      burst[t] = window * Math.cos(2 * Math.PI * frequency * (t - (length - 1) / 2.0) + phase);
      power += burst[t] * burst[t];
    }
    for (int t = 0; t < length; t++) {
      burst[t] /= Math.sqrt(power);
    }
    return burst;
  }

  private double logUniform(double low, double high) {
    return low * Math.pow(high / low, random.nextDouble());
  }

  /**
   * Normalizes what the last layer makes by its statistics over some recordings, shifts it by
   * random amounts and rectifies it.
   *
   * @param lowShift in standard deviations
   */
  private void normalizeAndRectify(
      NetworkBuilder network, String layer, int channels, double lowShift, double highShift) {
    float[] mean = new float[channels];
    float[] variance = new float[channels];
    statistics(run(network.build(channels, -1), training.every(STATISTICS_STRIDE)), mean, variance);
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      shift[c] = (float) (lowShift + (highShift - lowShift) * random.nextDouble());
    }
    network.normalization(layer + ".norm", shift, mean, variance);
    network.relu(layer + ".relu");
  }

  /**
   * Mean and variance by channel.
   *
   * @param rows [recordings][channels · time]
   */
  private static void statistics(double[][] rows, float[] mean, float[] variance) {
    int time = rows[0].length / mean.length;
    double count = (double) rows.length * time;
    for (int c = 0; c < mean.length; c++) {
      double sum = 0;
      double squares = 0;
      for (double[] row : rows) {
        for (int t = c * time; t < (c + 1) * time; t++) {
          sum += row[t];
          squares += row[t] * row[t];
        }
      }
      mean[c] = (float) (sum / count);
      variance[c] = (float) (squares / count - sum / count * sum / count);
    }
  }

  /** The only output of {@code model} for every recording, flat [recordings][values]. */
  private static double[][] run(Model model, Recordings recordings) {
    String output = model.graph().outputs().getFirst().name();
    double[][] rows = new double[recordings.size()][];
    try (Session session = Session.open(model, SessionConfig.standard())) {
      for (int from = 0; from < rows.length; from += BATCH) {
        int to = Math.min(from + BATCH, rows.length);
        long[] dims = {to - from, Vibration.LENGTH};
        Tensor batch = Tensor.ofFloats(dims, recordings.signals(from, to));
        SequencedMap<String, Tensor> made = session.run(Map.of(INPUT, batch), List.of(output));
        float[] values = made.firstEntry().getValue().toFloats();
        int width = values.length / (to - from);
        for (int i = from; i < to; i++) {
          rows[i] = new double[width];
          for (int j = 0; j < width; j++) {
            rows[i][j] = values[(i - from) * width + j];
          }
        }
      }
    }
    return rows;
  }

  /** Least squares on one-of-five targets, sharpened so that Softmax gives probabilities. */
  private Ridge readOut(double[][] features) {
    double[][] targets = new double[features.length][Fault.values().length];
    for (int i = 0; i < targets.length; i++) {
      targets[i][training.faults().get(i).ordinal()] = 1;
    }
    Ridge fitted = Ridge.fit(features, targets, RIDGE_PENALTY);
    double[][] scores = Arrays.stream(features).map(fitted::apply).toArray(double[][]::new);
    double best = 1;
    for (double sharpness = 1; sharpness <= 32; sharpness *= 1.25) {
      if (surprise(scores, sharpness) < surprise(scores, best)) {
        best = sharpness;
      }
    }
    return fitted.times(best);
  }

  /** Cross-entropy of the true classes under softmax(sharpness · scores), in nats. */
  private double surprise(double[][] scores, double sharpness) {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double all = Arrays.stream(scores[i]).map(score -> Math.exp(sharpness * score)).sum();
      sum += Math.log(all) - sharpness * scores[i][training.faults().get(i).ordinal()];
    }
    return sum / scores.length;
  }

  private static Tensor weights(Ridge readOut) {
    int outputs = readOut.bias().length;
    float[] values = new float[readOut.weights().length * outputs];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) readOut.weights()[i / outputs][i % outputs];
    }
    return Tensor.ofFloats(new long[] {readOut.weights().length, outputs}, values);
  }

  private static float[] floats(double[] values) {
    float[] narrowed = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrowed[i] = (float) values[i];
    }
    return narrowed;
  }

  private static int greatest(double[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }
}
