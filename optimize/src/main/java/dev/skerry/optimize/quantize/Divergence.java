package dev.skerry.optimize.quantize;

import dev.skerry.optimize.observe.Histogram;

/** How far a distribution moves when it is clipped to a range and rounded to a number of levels. */
final class Divergence {
  private Divergence() {}

  /**
   * Kullback-Leibler divergence in nats of the quantized distribution from the observed one, whose
   * clipped tails are added to the outermost bins inside.
   */
  static double of(Histogram histogram, Range range, int levels) {
    double half = histogram.binWidth() / 2;
    int first = 0;
    int last = Histogram.BINS - 1;
    while (first < last && histogram.center(first) + half <= range.min()) {
      first++;
    }
    while (last > first && histogram.center(last) - half >= range.max()) {
      last--;
    }
    double[] observed = clipped(histogram, first, last);
    double[] quantized = spread(histogram, first, last, levels);
    double total = histogram.elements() - histogram.zeros();
    double kept = java.util.Arrays.stream(quantized).sum();
    if (total == 0 || kept == 0) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < observed.length; i++) {
      double p = observed[i] / total;
      if (p > 0) {
        // A bin that the quantized form leaves empty costs as much as one element in it would.
        double q = Math.max(quantized[i], 1e-3) / kept;
        sum += p * Math.log(p / q);
      }
    }
    return sum;
  }

  private static double[] clipped(Histogram histogram, int first, int last) {
    double[] bins = new double[last - first + 1];
    for (int bin = 0; bin < Histogram.BINS; bin++) {
      bins[Math.clamp(bin, first, last) - first] += histogram.count(bin);
    }
    return bins;
  }

  /** Counts inside, averaged over the bins that share a level and were not empty. */
  private static double[] spread(Histogram histogram, int first, int last, int levels) {
    int bins = last - first + 1;
    double[] spread = new double[bins];
    for (int level = 0; level < levels; level++) {
      int from = (int) ((long) level * bins / levels);
      int to = (int) ((long) (level + 1) * bins / levels);
      double sum = 0;
      int filled = 0;
      for (int i = from; i < to; i++) {
        long count = histogram.count(first + i);
        sum += count;
        filled += count > 0 ? 1 : 0;
      }
      for (int i = from; i < to; i++) {
        spread[i] = histogram.count(first + i) > 0 ? sum / filled : 0;
      }
    }
    return spread;
  }
}
