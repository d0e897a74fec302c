package dev.skerry.cli.sample;

import java.util.Arrays;

/**
 * A linear read-out fitted by least squares with a penalty on its weights: the minimum of |XW + b −
 * T|² + λ|W|² over standardized features.
 *
 * @param weights for the raw features [features][outputs]
 * @param bias [outputs]
 */
record Ridge(double[][] weights, double[] bias) {

  /**
   * The best read-out.
   *
   * @param features [rows][features]
   * @param targets [rows][outputs]
   * @param penalty λ, at least 0
   */
  static Ridge fit(double[][] features, double[][] targets, double penalty) {
    double[] mean = columnMeans(features);
    double[] deviation = columnDeviations(features, mean);
    double[] targetMean = columnMeans(targets);
    int width = mean.length;
    int outputs = targetMean.length;
    double[][] gram = new double[width][width];
    double[][] moments = new double[width][outputs];
    double[] row = new double[width];
    for (int i = 0; i < features.length; i++) {
      for (int j = 0; j < width; j++) {
        row[j] = (features[i][j] - mean[j]) / deviation[j];
      }
      for (int j = 0; j < width; j++) {
        for (int k = 0; k <= j; k++) {
          gram[j][k] += row[j] * row[k];
        }
        for (int k = 0; k < outputs; k++) {
          moments[j][k] += row[j] * (targets[i][k] - targetMean[k]);
        }
      }
    }
    for (int j = 0; j < width; j++) {
      gram[j][j] += penalty;
    }
    double[][] weights = solve(gram, moments);
    double[] bias = targetMean.clone();
    for (int j = 0; j < width; j++) {
      for (int k = 0; k < outputs; k++) {
        weights[j][k] /= deviation[j];
        bias[k] -= mean[j] * weights[j][k];
      }
    }
    return new Ridge(weights, bias);
  }

  /** This read-out with all outputs multiplied. */
  Ridge times(double factor) {
    double[][] scaled = new double[weights.length][];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = Arrays.stream(weights[i]).map(weight -> weight * factor).toArray();
    }
    return new Ridge(scaled, Arrays.stream(bias).map(value -> value * factor).toArray());
  }

  /** The outputs for one row of features. */
  double[] apply(double[] features) {
    double[] outputs = bias.clone();
    for (int j = 0; j < features.length; j++) {
      for (int k = 0; k < outputs.length; k++) {
        outputs[k] += features[j] * weights[j][k];
      }
    }
    return outputs;
  }

  /**
   * The solution X of AX = B by Cholesky's decomposition A = LLᵀ.
   *
   * @param matrix symmetric and positive definite [n][n]; only its lower half is read, and it is
   *     overwritten by L
   * @param right [n][columns]; overwritten by the solution
   */
  static double[][] solve(double[][] matrix, double[][] right) {
    int size = matrix.length;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= matrix[i][k] * matrix[j][k];
        }
        matrix[i][j] = i == j ? Math.sqrt(sum) : sum / matrix[j][j];
      }
    }
    for (int column = 0; column < right[0].length; column++) {
      for (int i = 0; i < size; i++) {
        for (int k = 0; k < i; k++) {
          right[i][column] -= matrix[i][k] * right[k][column];
        }
        right[i][column] /= matrix[i][i];
      }
      for (int i = size - 1; i >= 0; i--) {
        for (int k = i + 1; k < size; k++) {
          right[i][column] -= matrix[k][i] * right[k][column];
        }
        right[i][column] /= matrix[i][i];
      }
    }
    return right;
  }

  private static double[] columnMeans(double[][] rows) {
    double[] mean = new double[rows[0].length];
    for (double[] row : rows) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += row[j] / rows.length;
      }
    }
    return mean;
  }

  /** Standard deviations; 1 for a column that never changes. */
  private static double[] columnDeviations(double[][] rows, double[] mean) {
    double[] variance = new double[mean.length];
    for (double[] row : rows) {
      for (int j = 0; j < mean.length; j++) {
        variance[j] += (row[j] - mean[j]) * (row[j] - mean[j]) / rows.length;
      }
    }
    double[] deviation = new double[mean.length];
    for (int j = 0; j < mean.length; j++) {
      deviation[j] = variance[j] > 1e-20 ? Math.sqrt(variance[j]) : 1;
    }
    return deviation;
  }
}
