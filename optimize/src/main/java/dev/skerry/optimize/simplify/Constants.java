package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import java.util.Optional;
import java.util.stream.LongStream;

/** Readings of constant tensors that rules share. */
final class Constants {
  private Constants() {}

  /** Whether the tensor has elements and each equals {@code element}. */
  static boolean isAll(Tensor tensor, double element) {
    boolean number =
        tensor.type() == DataType.FLOAT
            || tensor.type() == DataType.DOUBLE
            || tensor.type() == DataType.INT64
            || tensor.type() == DataType.INT32;
    long count = tensor.elementCount();
    if (!number || count == 0) {
      return false;
    }
    return LongStream.range(0, count).allMatch(i -> tensor.asDouble(i) == element);
  }

  /**
   * A FLOAT constant that broadcasts over a value of {@code rank} axes along {@code axis} alone,
   * spread to one number per channel.
   *
   * @return empty when it varies along another axis, has more axes than the value, or has neither 1
   *     nor {@code channels} elements
   */
  static Optional<double[]> perChannel(Tensor tensor, int rank, int axis, int channels) {
    if (tensor.type() != DataType.FLOAT || tensor.rank() > rank) {
      return Optional.empty();
    }
    long count = tensor.elementCount();
    int own = axis - (rank - tensor.rank());
    boolean along = own >= 0 && count == channels && tensor.dim(own) == channels;
    if (count != 1 && !along) {
      return Optional.empty();
    }
    double[] values = new double[channels];
    for (int i = 0; i < channels; i++) {
      values[i] = tensor.asDouble(count == 1 ? 0 : i);
    }
    return Optional.of(values);
  }

  /** A rank-1 FLOAT tensor. */
  static Tensor vector(double[] values) {
    return floats(new long[] {values.length}, values);
  }

  static Tensor floats(long[] dims, double[] values) {
    float[] data = new float[values.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) values[i];
    }
    return Tensor.ofFloats(dims, data);
  }

  /**
   * The tensor with each element multiplied by the factor of its place along {@code axis}; products
   * are rounded once.
   */
  static Tensor scaled(Tensor tensor, int axis, double[] factors) {
    long inner = 1;
    for (int i = axis + 1; i < tensor.rank(); i++) {
      inner *= tensor.dim(i);
    }
    float[] data = tensor.toFloats();
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (data[i] * factors[(int) (i / inner % factors.length)]);
    }
    return Tensor.ofFloats(tensor.dims(), data);
  }
}
