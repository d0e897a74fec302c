package dev.skerry.optimize.moments;

/** The factor L of a symmetric positive definite matrix L Lᵀ. */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
public record Cholesky(double[][] lower) {
  /**
   * @throws ArithmeticException if the matrix is not positive definite
   */
  public static Cholesky of(double[][] matrix) {
    int size = matrix.length;
    double[][] lower = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i][j];
        for (int k = 0; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        if (i == j) {
          if (!(sum > 0)) {
            throw new ArithmeticException("the matrix is not positive definite at row " + i);
          }
          lower[i][i] = Math.sqrt(sum);
        } else {
          lower[i][j] = sum / lower[j][j];
        }
      }
    }
    return new Cholesky(lower);
  }

  /** x of L Lᵀ x = {@code right}. */
  public double[] solve(double[] right) {
    int size = lower.length;
    double[] x = right.clone();
    for (int i = 0; i < size; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= lower[i][k] * x[k];
      }
      x[i] /= lower[i][i];
    }
    for (int i = size - 1; i >= 0; i--) {
      for (int k = i + 1; k < size; k++) {
        x[i] -= lower[k][i] * x[k];
      }
      x[i] /= lower[i][i];
    }
    return x;
  }
}
