package dev.skerry.optimize.prune;

import dev.skerry.optimize.moments.Moments;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The directions in which a layer's outputs vary, the widest first: their principal components.
 *
 * @param mean of each output, or zeros where the directions are those of the outputs themselves
 * @param variances along each direction
 * @param directions [direction][output], orthonormal
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record OutputBasis(double[] mean, double[] variances, double[][] directions) {

  /**
   * @param centred whether the mean is taken off first
   */
  static OutputBasis of(Moments.Statistic statistic, boolean centred) {
    int size = statistic.mean().length;
    double[] mean = centred ? statistic.mean() : new double[size];
    DMatrixRMaj covariance = new DMatrixRMaj(size, size);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        covariance.set(i, j, statistic.second()[i * size + j] - mean[i] * mean[j]);
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(size, true, true);
    if (!eigen.decompose(covariance)) {
      throw new ArithmeticException("the outputs of a layer have no principal components");
    }
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
            .mapToInt(Integer::intValue)
            .toArray();
    return new OutputBasis(
        mean,
        Arrays.stream(order)
            .mapToDouble(i -> Math.max(0, eigen.getEigenvalue(i).getReal()))
            .toArray(),
        Arrays.stream(order)
            .mapToObj(i -> eigen.getEigenVector(i).getData().clone())
            .toArray(double[][]::new));
  }

  int size() {
    return mean.length;
  }

  /** The share of the variance that the first {@code rank} directions leave out. */
  double missing(int rank) {
    double all = Arrays.stream(variances).sum();
    return all == 0 ? 0 : Arrays.stream(variances, rank, variances.length).sum() / all;
  }
}
