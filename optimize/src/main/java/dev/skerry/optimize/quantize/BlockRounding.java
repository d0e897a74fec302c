package dev.skerry.optimize.quantize;

import dev.skerry.optimize.moments.Cholesky;
import dev.skerry.optimize.moments.Moments;
import org.jspecify.annotations.Nullable;

/**
 * Rounds the weights of one output of a matrix product, in blocks that share a step.
 *
 * <p>Where second moments of the inputs are known, the error that a rounding leaves is taken up by
 * the weights still to come, as far as their inputs vary alike (GPTQ, Frantar et al., 2023; written
 * as Babai's nearest plane, which is the same and needs no inverse). Else each weight goes to the
 * nearest integer.
 *
 * @param factor L, the second moments being L Lᵀ; null where they are not known
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record BlockRounding(int bits, int blockSize, double @Nullable [][] factor) {
  /** Of the mean of the second moments, what is added to all of them. */
  private static final double DAMPING = 0.01;

  static BlockRounding of(int bits, int blockSize, Moments.@Nullable Statistic inputs) {
    if (inputs == null) {
      return new BlockRounding(bits, blockSize, null);
    }
    int size = inputs.mean().length;
    double trace = 0;
    for (int i = 0; i < size; i++) {
      trace += inputs.second()[i * size + i];
    }
    double[][] matrix = new double[size][size];
    for (int i = 0; i < size; i++) {
      System.arraycopy(inputs.second(), i * size, matrix[i], 0, size);
      matrix[i][i] += DAMPING * trace / size + 1e-12;
    }
    return new BlockRounding(bits, blockSize, Cholesky.of(matrix).lower());
  }

  /**
   * Rounds {@code weights}, the last first.
   *
   * @param integers takes them, from -2^(bits - 1) on
   * @param steps takes those of the blocks
   */
  void round(float[] weights, int[] integers, float[] steps) {
    int middle = 1 << (bits - 1);
    double[] pull = new double[weights.length];
    for (int block = steps.length - 1; block >= 0; block--) {
      int first = block * blockSize;
      int last = Math.min(first + blockSize, weights.length);
      double extreme = 0; // the element of largest magnitude takes the lowest integer
      for (int i = first; i < last; i++) {
        double value = wanted(weights, pull, i);
        extreme = Math.abs(value) > Math.abs(extreme) ? value : extreme;
      }
      steps[block] = extreme == 0 ? 1 : (float) (-extreme / middle);
      for (int i = last - 1; i >= first; i--) {
        long nearest = Math.round(wanted(weights, pull, i) / steps[block]);
        integers[i] = Math.clamp(nearest, -middle, middle - 1);
        passOn(i, integers[i] * (double) steps[block] - weights[i], pull);
      }
    }
  }

  private double wanted(float[] weights, double[] pull, int i) {
    return factor == null ? weights[i] : weights[i] - pull[i] / factor[i][i];
  }

  private void passOn(int from, double error, double[] pull) {
    if (factor != null) {
      double[] row = factor[from];
      for (int k = 0; k < from; k++) {
        pull[k] += row[k] * error;
      }
    }
  }
}
