package dev.skerry.optimize.train;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.Map;

/**
 * How large parameters are beside what is usual, to which steps of one size for all are held. Where
 * batch normalization went into the weights, and where inputs are not normalized, sizes differ by
 * orders of magnitude.
 */
final class Proportion {
  /** A root mean square that weights of normalized layers often have. */
  private static final double USUAL = 0.1;

  private Proportion() {}

  /**
   * The root mean square of {@code start} beside the usual, per channel where it is rounded so; 1
   * for zeros.
   *
   * @param rounded weights that are rounded, each with its QuantizeLinear
   */
  static Tensor of(String name, Tensor start, Map<String, Node> rounded) {
    Node quantizer = rounded.get(name);
    if (quantizer == null) {
      return Tensor.scalar(rootMeanSquares(start, 1, (int) start.elementCount())[0]);
    }
    int axis = (int) quantizer.intAttribute("axis", 1);
    int inner = 1;
    for (int i = axis + 1; i < start.rank(); i++) {
      inner *= (int) start.dim(i);
    }
    long[] dims = new long[start.rank()];
    Arrays.fill(dims, 1);
    dims[axis] = start.dim(axis);
    return Tensor.ofFloats(dims, rootMeanSquares(start, (int) start.dim(axis), inner));
  }

  private static float[] rootMeanSquares(Tensor start, int channels, int inner) {
    float[] values = start.toFloats();
    double[] squares = new double[channels];
    for (int i = 0; i < values.length; i++) {
      squares[i / inner % channels] += (double) values[i] * values[i];
    }
    float[] roots = new float[channels];
    for (int c = 0; c < channels; c++) {
      double root = Math.sqrt(squares[c] * channels / Math.max(1, values.length));
      roots[c] = root == 0 ? 1 : (float) (root / USUAL);
    }
    return roots;
  }
}
