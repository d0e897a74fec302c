package dev.skerry.optimize.prune;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rules of operators that move elements. */
final class ShapeCoupling {
  private ShapeCoupling() {}

  static void transpose(Node node, Coupler coupler) {
    String x = node.input(0);
    int rank = coupler.rank(x);
    long[] order =
        node.intsAttribute("perm")
            .orElseGet(() -> IntStream.range(0, rank).mapToLong(i -> rank - 1L - i).toArray());
    for (int axis = 0; axis < rank; axis++) {
      coupler.same(x, (int) order[axis], node.output(0), axis);
    }
  }

  static void concat(Node node, Coupler coupler) {
    String y = node.output(0);
    int joined = coupler.axis(y, node.intAttribute("axis", 0));
    int offset = 0;
    for (String x : node.inputs()) {
      for (int axis = 0; axis < coupler.rank(x); axis++) {
        if (axis != joined) {
          coupler.same(x, axis, y, axis);
        }
      }
      offset = part(coupler, x, y, joined, offset);
    }
  }

  static void split(Node node, Coupler coupler) {
    String x = node.input(0);
    int parted = coupler.axis(x, node.intAttribute("axis", 0));
    int offset = 0;
    for (String y : node.outputs()) {
      if (y.isEmpty()) {
        coupler.keepAll(node, node.label());
        return;
      }
      for (int axis = 0; axis < coupler.rank(x); axis++) {
        if (axis != parted) {
          coupler.same(x, axis, y, axis);
        }
      }
      offset = part(coupler, y, x, parted, offset);
    }
  }

  /** {@code part} is what {@code whole} holds along {@code axis} from {@code offset} on. */
  private static int part(Coupler coupler, String part, String whole, int axis, int offset) {
    Slots slots = coupler.slots();
    int length = slots.length(part, axis);
    for (int i = 0; i < length; i++) {
      slots.join(slots.slot(part, axis, i), slots.slot(whole, axis, offset + i));
    }
    return offset + length;
  }

  /** The numbers of an axes-like argument: an attribute once, an input since opset 13 or 18. */
  private static Optional<long[]> numbers(Node node, Coupler coupler, String key, int input) {
    Optional<long[]> attribute = node.intsAttribute(key);
    return attribute.isPresent()
        ? attribute
        : coupler.constant(node.input(input)).map(Tensor::toLongs);
  }

  static void slice(Node node, Coupler coupler) {
    String x = node.input(0);
    String y = node.output(0);
    Optional<long[]> starts = numbers(node, coupler, "starts", 1);
    boolean known = starts.isPresent() && (!node.hasInput(4) || isConstant(node, coupler, 4));
    boolean axesKnown = !node.hasInput(3) || isConstant(node, coupler, 3);
    if (!known || !axesKnown || node.inputs().size() == 1) {
      coupler.keepAll(node, node.label());
      return;
    }
    long[] first = starts.orElseThrow();
    long[] axes =
        numbers(node, coupler, "axes", 3)
            .orElseGet(() -> LongStream.range(0, first.length).toArray());
    long[] steps =
        coupler.constant(node.input(4)).map(Tensor::toLongs).orElseGet(() -> ones(axes.length));
    boolean[] sliced = new boolean[coupler.rank(x)];
    for (int i = 0; i < axes.length; i++) {
      int axis = coupler.axis(x, axes[i]);
      int length = coupler.slots().length(x, axis);
      sliced[axis] = true;
      if (steps[i] != 1) {
        coupler.keep(node, x, axis);
        coupler.keep(node, y, axis);
        continue;
      }
      int start = (int) Math.clamp(first[i] < 0 ? first[i] + length : first[i], 0L, length);
      part(coupler, y, x, axis, start);
    }
    for (int axis = 0; axis < sliced.length; axis++) {
      if (!sliced[axis]) {
        coupler.same(x, axis, y, axis);
      }
    }
  }

  private static boolean isConstant(Node node, Coupler coupler, int input) {
    return coupler.constant(node.input(input)).isPresent();
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  static void flatten(Node node, Coupler coupler) {
    new Regrouping(node, coupler).couple();
  }

  /** Needs a constant shape, which can be written anew. */
  static void reshape(Node node, Coupler coupler) {
    if (isConstant(node, coupler, 1)) {
      new Regrouping(node, coupler).couple();
    } else {
      coupler.keepAll(node, node.label() + ", whose shape is computed");
    }
  }

  static void expand(Node node, Coupler coupler) {
    if (isConstant(node, coupler, 1)) {
      coupler.broadcast(node, node.input(0), node.output(0));
    } else {
      coupler.keepAll(node, node.label() + ", whose shape is computed");
    }
  }

  static void squeeze(Node node, Coupler coupler) {
    Optional<long[]> axes = numbers(node, coupler, "axes", 1);
    aligned(node, coupler, node.input(0), node.output(0), axes);
  }

  static void unsqueeze(Node node, Coupler coupler) {
    Optional<long[]> axes = numbers(node, coupler, "axes", 1);
    aligned(node, coupler, node.output(0), node.input(0), axes);
  }

  /** {@code wide} has axes of size 1 that {@code narrow} lacks. */
  private static void aligned(
      Node node, Coupler coupler, String wide, String narrow, Optional<long[]> axes) {
    if (axes.isEmpty()) {
      coupler.keepAll(node, node.label());
      return;
    }
    List<Integer> extra =
        LongStream.of(axes.get()).mapToObj(axis -> coupler.axis(wide, axis)).toList();
    int at = 0;
    for (int axis = 0; axis < coupler.rank(wide); axis++) {
      if (extra.contains(axis)) {
        coupler.keep(node, wide, axis);
      } else {
        coupler.same(wide, axis, narrow, at++);
      }
    }
  }

  static void reduction(Node node, Coupler coupler) {
    String x = node.input(0);
    String y = node.output(0);
    boolean listed = node.intsAttribute("axes").isPresent() || node.hasInput(1);
    Optional<long[]> given = numbers(node, coupler, "axes", 1);
    if (listed && given.isEmpty()) {
      coupler.keepAll(node, node.label());
      return;
    }
    int rank = coupler.rank(x);
    long[] axes = given.orElseGet(() -> LongStream.range(0, rank).toArray());
    List<Integer> reduced = LongStream.of(axes).mapToObj(axis -> coupler.axis(x, axis)).toList();
    boolean kept = node.intAttribute("keepdims", 1) == 1;
    int at = 0;
    for (int axis = 0; axis < rank; axis++) {
      if (!reduced.contains(axis)) {
        coupler.same(x, axis, y, kept ? axis : at++);
        continue;
      }
      coupler.keep(node, x, axis);
      if (kept) {
        coupler.keep(node, y, axis);
      }
    }
  }

  /** Axes that do not grow keep their indices apart. */
  static void pad(Node node, Coupler coupler) {
    String x = node.input(0);
    Optional<long[]> pads = numbers(node, coupler, "pads", 1);
    int rank = coupler.rank(x);
    if (pads.isEmpty() || node.hasInput(3)) {
      coupler.keepAll(node, node.label());
      return;
    }
    for (int axis = 0; axis < rank; axis++) {
      if (pads.get()[axis] == 0 && pads.get()[axis + rank] == 0) {
        coupler.same(x, axis, node.output(0), axis);
      } else {
        coupler.keep(node, x, axis);
        coupler.keep(node, node.output(0), axis);
      }
    }
  }

  /** Axes 0 and 1 when they are not scaled; the picture's stay. */
  static void resize(Node node, Coupler coupler) {
    String x = node.input(0);
    String y = node.output(0);
    boolean sized = node.hasInput(3);
    if ((sized && !isConstant(node, coupler, 3)) || node.attribute("axes").isPresent()) {
      coupler.keepAll(node, node.label());
      return;
    }
    for (int axis = 0; axis < coupler.rank(x); axis++) {
      if (axis < 2 && coupler.shape(x)[axis] == coupler.shape(y)[axis]) {
        coupler.same(x, axis, y, axis);
      } else {
        coupler.keep(node, x, axis);
        coupler.keep(node, y, axis);
      }
    }
  }

  /** The axis that is gathered from stays. */
  static void gather(Node node, Coupler coupler) {
    String data = node.input(0);
    String indices = node.input(1);
    String y = node.output(0);
    int gathered = coupler.axis(data, node.intAttribute("axis", 0));
    int width = coupler.rank(indices);
    coupler.keepFrom(node, indices, 0);
    for (int axis = 0; axis < coupler.rank(data); axis++) {
      if (axis == gathered) {
        coupler.keep(node, data, axis);
      } else {
        coupler.same(data, axis, y, axis < gathered ? axis : axis + width - 1);
      }
    }
    for (int axis = 0; axis < width; axis++) {
      coupler.keep(node, y, gathered + axis);
    }
  }
}
