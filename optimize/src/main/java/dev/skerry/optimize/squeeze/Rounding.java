package dev.skerry.optimize.squeeze;

/**
 * Rounds the weights of an output so that its error and their bits together cost least: one input
 * after the other, the error of each moved into the inputs that are still to come.
 *
 * <p>With the second moments of the inputs as L Lᵀ, the error of the output is |r L|², r being by
 * how much its weights are off. Element j of r L depends on the inputs from j on alone, so that
 * going from the last input to the first each is rounded knowing what those before left. That is
 * the order and the sums of GPTQ (Frantar et al., 2022) without an inverse; here a level also pays
 * for its bits.
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Rounding(float[][] factor, int most, double bit) {
  /** Levels towards zero from the nearest that are looked at. */
  private static final int LOOKED_AT = 3;

  /**
   * Rounds the weights of one output.
   *
   * @param bits of the levels of each input, from the lowest level
   * @param levels are filled in
   * @return the squared error of the output
   */
  double round(float[] weights, float step, float[][] bits, byte[] levels) {
    float[] left = new float[weights.length]; // elements of r L, as far as r is known
    double error = 0;
    for (int j = weights.length - 1; j >= 0; j--) {
      float[] row = factor[j];
      float pivot = row[j];
      float target = weights[j] + left[j] / pivot;
      double unit = (double) pivot * step;
      int level = cheapest(target / step, bit / (unit * unit), bits[j]);
      levels[j] = (byte) level;
      float off = weights[j] - level * step;
      for (int k = 0; k < j; k++) {
        left[k] += off * row[k];
      }
      double rest = (target / step - level) * unit;
      error += rest * rest;
    }
    return error;
  }

  /**
   * The level near {@code target} whose squared distance and bits cost least together.
   *
   * @param price of a bit, in squared distance
   */
  private int cheapest(float target, double price, float[] bits) {
    int best = 0;
    double least = (double) target * target + price * bits[most];
    int level = Math.clamp(Math.round(target), -most, most);
    int towardsZero = -Integer.signum(level);
    for (int i = 0; i < LOOKED_AT && level != 0; i++) {
      double distance = target - level;
      double cost = distance * distance + price * bits[level + most];
      if (cost < least) {
        least = cost;
        best = level;
      }
      level += towardsZero;
    }
    return best;
  }
}
