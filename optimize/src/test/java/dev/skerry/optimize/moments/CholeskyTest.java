package dev.skerry.optimize.moments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class CholeskyTest {
  /** More columns than are taken out at once, and not a multiple of them. */
  private static final int SIZE = 75;

  @Test
  void of_positiveDefinite_givesTheMatrixBackAndSolves() {
    double[][] matrix = matrix();

    Cholesky factor = Cholesky.of(matrix);

    double[] right = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        double sum = 0;
        for (int k = 0; k < SIZE; k++) {
          sum += factor.lower()[i][k] * factor.lower()[j][k];
        }
        assertThat(sum).isCloseTo(matrix[i][j], within(1e-10));
        right[i] += matrix[i][j] * (j - 7);
      }
    }
    double[] solved = factor.solve(right);
    for (int i = 0; i < SIZE; i++) {
      assertThat(solved[i]).isCloseTo(i - 7, within(1e-7));
    }
  }

  @Test
  void of_notPositiveDefinite_saysAtWhichRow() {
    double[][] matrix = matrix();
    matrix[60][60] = -1;

    assertThatThrownBy(() -> Cholesky.of(matrix))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageEndingWith("at row 60");
  }

  private static double[][] matrix() {
    SplittableRandom random = new SplittableRandom(3);
    double[][] root = new double[SIZE][SIZE];
    for (double[] row : root) {
      for (int i = 0; i < SIZE; i++) {
        row[i] = random.nextDouble(-1, 1);
      }
    }
    double[][] matrix = new double[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++) {
      for (int j = 0; j < SIZE; j++) {
        matrix[i][j] = i == j ? 1 : 0;
        for (int k = 0; k < SIZE; k++) {
          matrix[i][j] += root[i][k] * root[j][k];
        }
      }
    }
    return matrix;
  }
}
