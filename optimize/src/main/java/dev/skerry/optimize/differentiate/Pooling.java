package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Tensor;
import java.util.stream.IntStream;

/** Rules of pooling. */
final class Pooling {
  private Pooling() {}

  /** The gradient is added up where the forward pass found each maximum ({@code Indices}). */
  static void max(Place at) {
    long[] shape = at.inputShape(0);
    String indices = at.emit().reshape(at.extraOutput(1), -1);
    String zeros = Shapes.zeros(at, at.type(), Tensor.elementCount(shape));
    String g = at.emit().reshape(at.gradient(), -1);
    at.give(0, at.emit().reshape(Places.scatterAdd(at, zeros, indices, g, 0), shape));
  }

  /** A mean over windows is a product with one matrix per axis. */
  static void average(Place at) {
    long[] shape = at.inputShape(0);
    long[] present = at.outputShape();
    long[] sizes = at.node().intsAttribute("kernel_shape").orElseThrow();
    Windows windows = Windows.of(at.node(), sizes, shape, present);
    boolean padded = at.node().intAttribute("count_include_pad", 0) != 0;
    String g = at.gradient();
    for (int i = 0; i < sizes.length; i++) {
      int axis = i + 2;
      if (windows.outputs()[i] == 1 && windows.inputs()[i] == sizes[i]) {
        continue;
      }
      g = at.emit().along(g, at.type(), present, axis, means(windows, i, padded));
      present[axis] = shape[axis];
    }
    at.give(0, spread(at, g, present, shape));
  }

  /** Axes that became one element get an equal share of it each. */
  private static String spread(Place at, String g, long[] present, long[] shape) {
    double share = (double) Tensor.elementCount(present) / Tensor.elementCount(shape);
    return share == 1
        ? g
        : at.emit().op("Expand", at.mul(g, at.scalar(share)), at.emit().longs(shape));
  }

  /** [input][output]: the share of each input element in each mean. */
  private static double[][] means(Windows windows, int axis, boolean countsPadding) {
    int size = (int) windows.inputs()[axis];
    int outputs = (int) windows.outputs()[axis];
    double[][] shares = new double[size][outputs];
    long end = size + windows.after()[axis];
    for (int output = 0; output < outputs; output++) {
      long start = output * windows.strides()[axis] - windows.before()[axis];
      int inside = 0;
      int counted = 0;
      for (int tap = 0; tap < windows.sizes()[axis]; tap++) {
        long place = start + tap * windows.dilations()[axis];
        inside += place >= 0 && place < size ? 1 : 0;
        counted += place < end ? 1 : 0;
      }
      for (int tap = 0; tap < windows.sizes()[axis]; tap++) {
        long place = start + tap * windows.dilations()[axis];
        if (place >= 0 && place < size) {
          shares[(int) place][output] = 1.0 / (countsPadding ? counted : inside);
        }
      }
    }
    return shares;
  }

  static void globalAverage(Place at) {
    at.give(0, spread(at, at.gradient(), at.outputShape(), at.inputShape(0)));
  }

  static void globalMax(Place at) {
    int rank = at.inputShape(0).length;
    at.give(0, Reductions.toGreatest(at, IntStream.range(2, rank).asLongStream().toArray()));
  }
}
