package dev.skerry.runtime.metric;

/** Adds up how far outputs lie from the reference's, for a signal-to-noise ratio. */
final class NoiseMeter {
  /** Decibels; what is exact to the last bit, or beyond measure, stays a number. */
  private static final double MOST_DB = 200;

  private double signal;
  private double noise;

  void add(float[] wanted, float[] given) {
    for (int i = 0; i < wanted.length; i++) {
      double difference = i < given.length ? (double) wanted[i] - given[i] : wanted[i];
      signal += (double) wanted[i] * wanted[i];
      noise += difference * difference;
    }
  }

  /** Ratio of the reference's energy to that of the difference, in decibels. */
  double decibels() {
    if (noise == 0) {
      return MOST_DB;
    }
    double ratio = 10 * Math.log10(signal / noise);
    return Double.isNaN(ratio) ? -MOST_DB : Math.clamp(ratio, -MOST_DB, MOST_DB);
  }
}
