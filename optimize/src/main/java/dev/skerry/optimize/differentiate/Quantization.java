package dev.skerry.optimize.differentiate;

import static dev.skerry.optimize.differentiate.Convolutions.filled;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import java.util.Optional;

/**
 * Straight-through estimation of {@code QuantizeLinear → DequantizeLinear} with learned scales
 * (Esser et al., Learned Step Size Quantization, 2020). With v = x/s, zero point z and integers
 * from a to b: dx = g where a ≤ v + z ≤ b, else 0; ds = g (y - x)/s there, g y/s elsewhere.
 */
final class Quantization {
  private Quantization() {}

  static void dequantize(Place at) {
    Optional<Node> producer = at.values().index().producer(at.input(0));
    if (producer.isEmpty() || !producer.get().is("QuantizeLinear")) {
      dequantizeConstant(at);
      return;
    }
    Node quantize = producer.get();
    if (!quantize.input(1).equals(at.input(1))) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "%s and %s do not share their scale; name one value in both, so that it can be trained"
              .formatted(quantize.label(), at.node().label()));
    }
    String x = quantize.input(0);
    long[] shape = at.shape(x);
    DataType type = at.values().type(x);
    String scale = aligned(at, at.input(1), shape);
    String steps = at.div(x, scale);
    String inside = at.emit().number(type, inside(at, quantize, steps, shape));
    String g = at.gradient();
    at.giveTo(x, at.mul(g, inside));
    if (at.wants(1)) {
      String error = at.div(at.sub(at.output(), at.mul(x, inside)), scale);
      giveScale(at, at.mul(g, error), shape);
    }
  }

  private static String inside(Place at, Node quantize, String steps, long[] shape) {
    double[] range = range(at.values().type(quantize.output(0)));
    String integer = steps;
    if (quantize.hasInput(2)) {
      DataType number = at.values().type(quantize.input(0));
      String zero = at.emit().number(number, quantize.input(2));
      integer = at.add(steps, aligned(at, zero, quantize.input(2), shape));
    }
    DataType number = at.values().type(quantize.input(0));
    String notBelow = at.emit().op("GreaterOrEqual", integer, at.emit().scalar(number, range[0]));
    String notAbove = at.emit().op("LessOrEqual", integer, at.emit().scalar(number, range[1]));
    return at.emit().op("And", notBelow, notAbove);
  }

  private static double[] range(DataType type) {
    double half = Math.scalb(1.0, type.bits() - 1);
    return switch (type) {
      case INT8, INT16, INT4, INT2 -> new double[] {-half, half - 1};
      case UINT8, UINT16, UINT4, UINT2 -> new double[] {0, 2 * half - 1};
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16, STRING, BOOL, INT32, INT64, UINT32, UINT64 ->
          throw new IllegalArgumentException("nothing is quantized to " + type);
      case COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ ->
          throw new IllegalArgumentException("no integers: " + type);
      case FLOAT4E2M1, FLOAT8E8M0 -> throw new IllegalArgumentException("no integers: " + type);
    };
  }

  /** A scale of integers that are constant: ds = Σ g y/s. */
  private static void dequantizeConstant(Place at) {
    if (at.wants(1)) {
      long[] shape = at.outputShape();
      String steps = at.div(at.output(), aligned(at, at.input(1), shape));
      giveScale(at, at.mul(at.gradient(), steps), shape);
    }
  }

  private static String aligned(Place at, String value, long[] shape) {
    return aligned(at, value, value, shape);
  }

  /** A value per channel, shaped so that it broadcasts along the axis of quantization. */
  private static String aligned(Place at, String value, String shaped, long[] shape) {
    return perChannel(at, shaped) ? at.emit().reshape(value, channelShape(at, shape)) : value;
  }

  private static boolean perChannel(Place at, String scale) {
    return at.shape(scale).length == 1 && at.shape(scale)[0] > 1;
  }

  private static long[] channelShape(Place at, long[] shape) {
    int axis = (int) Shapes.axis(at.node().intAttribute("axis", 1), shape.length);
    long[] aligned = filled(shape.length, 1);
    aligned[axis] = shape[axis];
    return aligned;
  }

  private static void giveScale(Place at, String elements, long[] shape) {
    long[] target = perChannel(at, at.input(1)) ? channelShape(at, shape) : filled(shape.length, 1);
    String summed = at.emit().unbroadcast(elements, shape, target);
    at.give(1, at.emit().reshape(summed, at.inputShape(1)));
  }
}
