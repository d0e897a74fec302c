package dev.skerry.optimize.squeeze;

import dev.skerry.optimize.moments.Cholesky;
import dev.skerry.optimize.moments.Moments;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How the inputs of a layer vary together, so that it can be told what an error of its weights does
 * to what it gives.
 */
final class LayerInputs {
  /** Share of the mean variance that is added to every variance. */
  private static final double DAMPING = 0.01;

  private final IntegerLayer layer;
  private final Moments.Statistic moments;
  private final boolean centred;
  private final int size;
  private final Block[] blocks; // [groups · parts]

  /**
   * Inputs that are summed together.
   *
   * @param order the inputs, those that vary least first
   * @param factor L, the second moments in that order being L Lᵀ; row i has i + 1 elements
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  record Block(int[] order, float[][] factor) {}

  /**
   * The inputs of {@code layer}.
   *
   * @param centred whether a bias takes the mean of every error
   */
  LayerInputs(IntegerLayer layer, Moments.Statistic moments, boolean centred) {
    this.layer = layer;
    this.moments = moments;
    this.centred = centred;
    this.size = layer.ins() / layer.parts();
    this.blocks =
        IntStream.range(0, layer.groups() * layer.parts())
            .mapToObj(this::block)
            .toArray(Block[]::new);
  }

  /** The block of a part of what an output sums over. */
  Block block(int out, int part) {
    return blocks[number(out, part)];
  }

  private int number(int out, int part) {
    return layer.group(out) * layer.parts() + part;
  }

  /** Inputs of a part. */
  int size() {
    return size;
  }

  double mean(int out, int in) {
    return moments.mean()[number(out, in / size) * size + in % size];
  }

  private double moment(int block, int a, int b) {
    double[] mean = moments.mean();
    double product = centred ? mean[block * size + a] * mean[block * size + b] : 0;
    return moments.second()[(block * size + a) * size + b] - product;
  }

  private Block block(int block) {
    int[] order =
        IntStream.range(0, size)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> moment(block, i, i)))
            .mapToInt(Integer::intValue)
            .toArray();
    double trace = IntStream.range(0, size).mapToDouble(i -> moment(block, i, i)).sum();
    double[][] matrix = new double[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        matrix[i][j] = moment(block, order[i], order[j]);
      }
      matrix[i][i] += DAMPING * trace / size + 1e-12;
    }
    double[][] lower = Cholesky.of(matrix).lower();
    float[][] factor = new float[size][];
    for (int i = 0; i < size; i++) {
      factor[i] = new float[i + 1];
      for (int j = 0; j <= i; j++) {
        factor[i][j] = (float) lower[i][j];
      }
    }
    return new Block(order, factor);
  }

  /** Mean over the inputs of the squared error that an error of 1 is for the last to be rounded. */
  double meanPivot() {
    double sum = 0;
    for (Block block : blocks) {
      for (int j = 0; j < size; j++) {
        sum += (double) block.factor()[j][j] * block.factor()[j][j];
      }
    }
    return sum / blocks.length / size;
  }

  /** Mean square of the sum of an output with these {@code weights}. */
  double energy(int out, float[] weights) {
    double energy = 0;
    for (int part = 0; part < layer.parts(); part++) {
      Block block = block(out, part);
      float[] products = new float[size];
      for (int j = 0; j < size; j++) {
        float weight = weights[part * size + block.order()[j]];
        float[] row = block.factor()[j];
        for (int k = 0; k <= j; k++) {
          products[k] += weight * row[k];
        }
      }
      for (float product : products) {
        energy += (double) product * product;
      }
    }
    return energy;
  }

  /** By how much the mean of an output grows with weights that are {@code off}. */
  double shift(int out, double[] off) {
    return IntStream.range(0, off.length).mapToDouble(in -> off[in] * mean(out, in)).sum();
  }
}
