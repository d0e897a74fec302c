package dev.skerry.optimize.prune;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The coupling of a reshape. Both shapes are parted into blocks of axes that hold the same
 * elements; within a block one axis on one side can lose indices, the others stay.
 */
final class Regrouping {
  private final Node node;
  private final Coupler coupler;
  private final String x;
  private final String y;
  private final long[] from;
  private final long[] to;

  Regrouping(Node node, Coupler coupler) {
    this.node = node;
    this.coupler = coupler;
    this.x = node.input(0);
    this.y = node.output(0);
    this.from = coupler.shape(x);
    this.to = coupler.shape(y);
  }

  void couple() {
    if (Tensor.elementCount(from) == 0) {
      coupler.keepAll(node, node.label());
      return;
    }
    int i = 0;
    int j = 0;
    while (i < from.length || j < to.length) {
      int firstIn = i;
      int firstOut = j;
      long in = i < from.length ? from[i++] : 1;
      long out = j < to.length ? to[j++] : 1;
      while (in != out) {
        if (in < out) {
          in *= from[i++];
        } else {
          out *= to[j++];
        }
      }
      block(axes(x, firstIn, i), axes(y, firstOut, j));
    }
  }

  /** The axes of a block that hold more than one element; those of size 1 stay. */
  private List<Integer> axes(String value, int start, int end) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = start; axis < end; axis++) {
      if (coupler.slots().length(value, axis) == 1) {
        coupler.keep(node, value, axis);
      } else {
        axes.add(axis);
      }
    }
    return axes;
  }

  private void block(List<Integer> ins, List<Integer> outs) {
    if (ins.size() == 1 && outs.size() == 1) {
      coupler.same(x, ins.getFirst(), y, outs.getFirst());
    } else if (outs.size() == 1) {
      spread(x, ins, from, y, outs.getFirst());
    } else if (ins.size() == 1) {
      spread(y, outs, to, x, ins.getFirst());
    } else {
      ins.forEach(axis -> coupler.keep(node, x, axis));
      outs.forEach(axis -> coupler.keep(node, y, axis));
    }
  }

  /** Axes {@code parts} of one value are the single axis {@code whole} of the other. */
  private void spread(String value, List<Integer> parts, long[] dims, String other, int whole) {
    Slots slots = coupler.slots();
    int live = parts.stream().filter(axis -> !slots.isFrozen(value, axis)).findFirst().orElse(-1);
    for (int axis : parts) {
      if (axis != live) {
        coupler.keep(node, value, axis);
      }
    }
    if (live < 0) {
      coupler.keep(node, other, whole);
      return;
    }
    int stride = (int) Tensor.elementCount(Arrays.copyOfRange(dims, live + 1, parts.getLast() + 1));
    int length = slots.length(value, live);
    for (int at = 0; at < slots.length(other, whole); at++) {
      slots.join(slots.slot(other, whole, at), slots.slot(value, live, at / stride % length));
    }
  }
}
