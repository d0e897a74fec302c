package dev.skerry.optimize.differentiate;

import static dev.skerry.optimize.differentiate.Convolutions.filled;
import static dev.skerry.optimize.differentiate.Convolutions.joined;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Rules of operators that take elements from elsewhere: cuts, borders, lookups, other sizes. */
final class Places {
  private Places() {}

  /** Steps of 1 are undone by padding with zeros, others by a matrix of the elements taken. */
  static void slice(Place at) {
    long[] shape = at.inputShape(0);
    long[] starts = at.constant(1).toLongs();
    long[] steps =
        at.optionalConstant(4).map(Tensor::toLongs).orElseGet(() -> filled(starts.length, 1));
    long[] axes =
        at.optionalConstant(3)
            .map(Tensor::toLongs)
            .orElseGet(() -> LongStream.range(0, starts.length).toArray());
    long[] before = new long[shape.length];
    long[] after = new long[shape.length];
    String g = at.gradient();
    long[] present = at.outputShape();
    for (int i = 0; i < axes.length; i++) {
      int axis = (int) Shapes.axis(axes[i], shape.length);
      long size = shape[axis];
      long start = starts[i] < 0 ? starts[i] + size : starts[i];
      start = Math.clamp(start, 0, steps[i] < 0 ? size - 1 : size);
      if (steps[i] == 1) {
        before[axis] = start;
        after[axis] = size - start - present[axis];
      } else {
        double[][] taken = new double[(int) size][(int) present[axis]];
        for (int j = 0; j < present[axis]; j++) {
          taken[(int) (start + j * steps[i])][j] = 1;
        }
        g = at.emit().along(g, at.type(), present, axis, taken);
        present[axis] = size;
      }
    }
    at.give(0, padded(at, g, before, after));
  }

  /** Negative sizes cut. */
  private static String padded(Place at, String value, long[] before, long[] after) {
    long[] pads = joined(before, after);
    return Arrays.stream(pads).allMatch(size -> size == 0)
        ? value
        : at.emit().op("Pad", value, at.emit().longs(pads));
  }

  static void pad(Place at) {
    long[] shape = at.inputShape(0);
    long[] given = at.constant(1).toLongs();
    long[] axes =
        at.optionalConstant(3)
            .map(Tensor::toLongs)
            .orElseGet(() -> LongStream.range(0, shape.length).toArray());
    long[] before = new long[shape.length];
    long[] after = new long[shape.length];
    for (int i = 0; i < axes.length; i++) {
      int axis = (int) Shapes.axis(axes[i], shape.length);
      before[axis] = given[i];
      after[axis] = given[axes.length + i];
    }
    String mode = at.node().textAttribute("mode", "constant");
    if (mode.equals("constant")) {
      at.give(0, padded(at, at.gradient(), negated(before), negated(after)));
      return;
    }
    String g = at.gradient();
    long[] present = at.outputShape();
    for (int axis = 0; axis < shape.length; axis++) {
      if (before[axis] != 0 || after[axis] != 0) {
        g =
            at.emit()
                .along(
                    g,
                    at.type(),
                    present,
                    axis,
                    copies(mode, shape[axis], before[axis], present[axis]));
        present[axis] = shape[axis];
      }
    }
    at.give(0, g);
  }

  /** [size][padded]: which element each one of the padded axis is a copy of. */
  private static double[][] copies(String mode, long size, long before, long padded) {
    double[][] copies = new double[(int) size][(int) padded];
    for (int j = 0; j < padded; j++) {
      long at = j - before;
      long period = Math.max(1, 2 * (size - 1));
      long source =
          switch (mode) {
            case "edge" -> Math.clamp(at, 0, size - 1);
            case "wrap" -> Math.floorMod(at, size);
            case "reflect" -> size - 1 - Math.abs(Math.floorMod(at, period) - (size - 1));
            default -> throw new IllegalArgumentException("Pad has no mode " + mode);
          };
      copies[(int) source][j] = 1;
    }
    return copies;
  }

  /** Rows of the gradient are added up where they were taken from. */
  static void gather(Place at) {
    long[] shape = at.inputShape(0);
    long[] indices = at.inputShape(1);
    int axis = (int) Shapes.axis(at.node().intAttribute("axis", 0), shape.length);
    long count = Tensor.elementCount(indices);
    long before = Tensor.elementCount(Arrays.copyOf(shape, axis));
    long after = Tensor.elementCount(Arrays.copyOfRange(shape, axis + 1, shape.length));
    String g = at.emit().reshape(at.gradient(), before, count, after);
    String column = at.emit().reshape(at.input(1), 1, count, 1);
    String places = at.emit().op("Expand", column, at.emit().longs(before, count, after));
    String zeros = Shapes.zeros(at, at.type(), before, shape[axis], after);
    String added = scatterAdd(at, zeros, places, g, 1);
    at.give(0, at.emit().reshape(added, shape));
  }

  static String scatterAdd(Place at, String into, String places, String values, long axis) {
    Map<String, Attribute> attributes =
        Map.of("axis", Attribute.of(axis), "reduction", Attribute.of("add"));
    return at.emit().op("ScatterElements", attributes, into, places, values);
  }

  /** Resizing is linear and acts along each axis alone, by a matrix that is seen by running it. */
  static void resize(Place at) {
    long[] shape = at.inputShape(0);
    long[] present = at.outputShape();
    String g = at.gradient();
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] != present[axis]) {
        double[][] matrix = ResizeMatrix.of(at, axis);
        g = at.emit().along(g, at.type(), present, axis, matrix);
        present[axis] = shape[axis];
      }
    }
    at.give(0, g);
  }

  private static long[] negated(long... values) {
    return Arrays.stream(values).map(value -> -value).toArray();
  }
}
