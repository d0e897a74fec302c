package dev.skerry.optimize.squeeze;

/**
 * How many bits a level takes, given how large its neighbours are: ideal code lengths of a
 * histogram per class of expected magnitude, about what an adaptive coder of weights comes to.
 *
 * <p>A weight's expected magnitude is that of its output times that of its input over that of the
 * layer.
 */
final class Rates {
  /** Classes of expected magnitude, two to an octave. */
  private static final int CLASSES = 20;

  /** The class of an expected magnitude of 1. */
  private static final int ONE = 10;

  /** Weights that the histogram of the whole layer counts for in that of a class. */
  private static final double PRIOR = 8;

  /** Of each level's share, what its two neighbours are lent, so that none is impossible. */
  private static final double LENT = 0.1;

  private static final double LEAST_COUNT = 0.02;

  private final int most;
  private final int[] outClasses;
  private final int[] inClasses;
  private final float[][] bits; // [class][level + most]
  private final double total;

  /**
   * The rates of a layer with {@code levels}.
   *
   * @param levels [outs][ins]
   * @param run inputs that lie together, as the taps of a kernel
   * @param most the largest magnitude of a level
   */
  Rates(byte[][] levels, int run, int most) {
    this.most = most;
    int outs = levels.length;
    int ins = levels[0].length;
    double[] outSums = new double[outs];
    double[] inSums = new double[ins / run];
    double sum = 0;
    for (int i = 0; i < outs; i++) {
      for (int j = 0; j < ins; j++) {
        int magnitude = Math.abs(levels[i][j]);
        outSums[i] += magnitude;
        inSums[j / run] += magnitude;
        sum += magnitude;
      }
    }
    outClasses = new int[outs];
    for (int i = 0; i < outs; i++) {
      outClasses[i] = octave(outSums[i] / ins);
    }
    inClasses = new int[ins];
    for (int j = 0; j < ins; j++) {
      inClasses[j] = octave(inSums[j / run] * ins / Math.max(sum, 1) / run);
    }
    double[][] counts = counts(levels);
    bits = lengths(counts);
    double all = 0;
    for (int c = 0; c < CLASSES; c++) {
      for (int level = 0; level < counts[c].length; level++) {
        all += counts[c][level] * bits[c][level];
      }
    }
    total = all;
  }

  /** Bits of each level, from the lowest, for one weight. */
  float[] bits(int out, int in) {
    return bits[classOf(out, in)];
  }

  /** Bits of all the levels that these rates were taken from. */
  double total() {
    return total;
  }

  private int classOf(int out, int in) {
    return Math.clamp(ONE + outClasses[out] + inClasses[in], 0, CLASSES - 1);
  }

  private static int octave(double magnitude) {
    return (int) Math.round(2 * log2(magnitude + 1e-3));
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  private double[][] counts(byte[][] levels) {
    double[][] counts = new double[CLASSES][2 * most + 1];
    for (int i = 0; i < levels.length; i++) {
      for (int j = 0; j < levels[i].length; j++) {
        counts[classOf(i, j)][levels[i][j] + most]++;
      }
    }
    return counts;
  }

  private static float[][] lengths(double[][] counts) {
    double[] shares = shares(counts);
    float[][] lengths = new float[counts.length][shares.length];
    for (int c = 0; c < counts.length; c++) {
      double sum = PRIOR;
      for (double count : counts[c]) {
        sum += count;
      }
      for (int level = 0; level < shares.length; level++) {
        lengths[c][level] = (float) -log2((counts[c][level] + PRIOR * shares[level]) / sum);
      }
    }
    return lengths;
  }

  /** Smoothed shares of the levels in all classes together. */
  private static double[] shares(double[][] counts) {
    double[] shares = new double[counts[0].length];
    int last = shares.length - 1;
    double sum = 0;
    for (double[] ofClass : counts) {
      for (int level = 0; level <= last; level++) {
        double beside = ofClass[Math.max(0, level - 1)] + ofClass[Math.min(last, level + 1)];
        shares[level] += (1 - LENT) * ofClass[level] + LENT / 2 * beside;
      }
    }
    for (int level = 0; level <= last; level++) {
      shares[level] += LEAST_COUNT;
      sum += shares[level];
    }
    for (int level = 0; level <= last; level++) {
      shares[level] /= sum;
    }
    return shares;
  }
}
