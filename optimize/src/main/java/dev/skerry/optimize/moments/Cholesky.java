package dev.skerry.optimize.moments;

import java.util.stream.IntStream;

/** The factor L of a symmetric positive definite matrix L Lᵀ. */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
public record Cholesky(double[][] lower) {
  /** Columns that are taken out of the rest at once, so that the rest is read seldom. */
  private static final int BLOCK = 32;

  /**
   * Factors {@code matrix}, of which only the lower half is read.
   *
   * @throws ArithmeticException if the matrix is not positive definite
   */
  public static Cholesky of(double[][] matrix) {
    int size = matrix.length;
    double[][] lower = new double[size][size];
    for (int i = 0; i < size; i++) {
      System.arraycopy(matrix[i], 0, lower[i], 0, i + 1);
    }
    for (int start = 0; start < size; start += BLOCK) {
      int end = Math.min(start + BLOCK, size);
      columns(lower, start, end);
      double[][] block = new double[end - start][size]; // the columns as rows
      for (int i = end; i < size; i++) {
        for (int k = start; k < end; k++) {
          block[k - start][i] = lower[i][k];
        }
      }
      IntStream.range(end, size).parallel().forEach(i -> takeOut(block, end, i, lower[i]));
    }
    return new Cholesky(lower);
  }

  /** Finishes columns of which those before were taken out. */
  private static void columns(double[][] lower, int start, int end) {
    for (int i = start; i < lower.length; i++) {
      for (int j = start; j < Math.min(i + 1, end); j++) {
        double sum = lower[i][j];
        for (int k = start; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        if (i != j) {
          lower[i][j] = sum / lower[j][j];
        } else if (sum > 0) {
          lower[i][i] = Math.sqrt(sum);
        } else {
          throw new ArithmeticException("the matrix is not positive definite at row " + i);
        }
      }
    }
  }

  private static void takeOut(double[][] block, int from, int i, double[] row) {
    for (double[] column : block) {
      double factor = column[i];
      for (int j = from; j <= i; j++) {
        row[j] -= factor * column[j];
      }
    }
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
