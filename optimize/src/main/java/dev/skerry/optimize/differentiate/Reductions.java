package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Tensor;
import java.util.stream.IntStream;

/** Rules of reductions over axes. */
final class Reductions {
  private Reductions() {}

  static void sum(Place at) {
    at.give(0, spread(at, at.gradient()));
  }

  static void mean(Place at) {
    double share =
        (double) Tensor.elementCount(at.outputShape()) / Tensor.elementCount(at.inputShape(0));
    at.give(0, spread(at, at.mul(at.gradient(), at.scalar(share))));
  }

  /** To the elements that equal the result, in equal parts. */
  static void max(Place at) {
    at.give(0, toGreatest(at, axes(at)));
  }

  /** The gradient of the greatest elements along {@code axes}. */
  static String toGreatest(Place at, long... axes) {
    long[] kept = kept(at.inputShape(0), axes);
    String greatest = at.emit().reshape(at.output(), kept);
    String mask = at.emit().number(at.type(), at.emit().op("Equal", at.input(0), greatest));
    String ties = at.emit().sum(mask, true, axes);
    String share = at.div(at.emit().reshape(at.gradient(), kept), ties);
    return at.mul(mask, share);
  }

  private static String spread(Place at, String gradient) {
    long[] shape = at.inputShape(0);
    String kept = at.emit().reshape(gradient, kept(shape, axes(at)));
    return at.emit().op("Expand", kept, at.emit().longs(shape));
  }

  /** {@code shape} with size 1 along {@code axes}. */
  static long[] kept(long[] shape, long... axes) {
    long[] kept = shape.clone();
    for (long axis : axes) {
      kept[(int) (axis < 0 ? axis + shape.length : axis)] = 1;
    }
    return kept;
  }

  private static long[] axes(Place at) {
    long[] axes =
        at.node()
            .intsAttribute("axes")
            .orElseGet(() -> at.optionalConstant(1).map(Tensor::toLongs).orElse(new long[0]));
    if (axes.length > 0) {
      return axes;
    }
    boolean nothing =
        at.node().attributes().get("noop_with_empty_axes") instanceof Attribute.Int(long set)
            && set != 0;
    int rank = nothing ? 0 : at.inputShape(0).length;
    return IntStream.range(0, rank).asLongStream().toArray();
  }
}
