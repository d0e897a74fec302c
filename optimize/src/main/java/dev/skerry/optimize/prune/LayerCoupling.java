package dev.skerry.optimize.prune;

import dev.skerry.graph.Node;

/** Rules of operators that compute: products, normalizations, pooling, elementwise functions. */
final class LayerCoupling {
  private LayerCoupling() {}

  /** f(x), elementwise; further inputs and outputs are scalars or go along. */
  static void unary(Node node, Coupler coupler) {
    for (String output : node.outputs()) {
      if (coupler.slots().has(output)) {
        coupler.broadcast(node, node.input(0), output);
      }
    }
  }

  static void broadcast(Node node, Coupler coupler) {
    for (String input : node.inputs()) {
      coupler.broadcast(node, input, node.output(0));
    }
  }

  /** Conv: X [N, C, ...], W [O, C/groups, ...], B [O] → Y [N, O, ...]. */
  static void convolution(Node node, Coupler coupler) {
    String x = node.input(0);
    String w = node.input(1);
    String y = node.output(0);
    int groups = (int) node.intAttribute("group", 1);
    coupler.same(w, 0, y, 1);
    if (groups == 1) {
      coupler.same(x, 1, w, 1);
    } else {
      wholeGroups(coupler, x, w, 0, groups);
      coupler.keep(node, w, 1);
    }
    framed(node, coupler, x, w, y);
  }

  /** ConvTranspose: X [N, C, ...], W [C, O/groups, ...], B [O] → Y [N, O, ...]. */
  static void transposedConvolution(Node node, Coupler coupler) {
    String x = node.input(0);
    String w = node.input(1);
    String y = node.output(0);
    int groups = (int) node.intAttribute("group", 1);
    coupler.same(x, 1, w, 0);
    if (groups == 1) {
      coupler.same(w, 1, y, 1);
    } else {
      wholeGroups(coupler, y, w, 0, groups);
      coupler.keep(node, w, 1);
    }
    framed(node, coupler, x, w, y);
  }

  /** Channels of {@code x} leave with the filters of their group, all of a group at once. */
  private static void wholeGroups(Coupler coupler, String x, String w, int axis, int groups) {
    Slots slots = coupler.slots();
    int ins = slots.length(x, 1) / groups;
    int filters = slots.length(w, axis) / groups;
    for (int group = 0; group < groups; group++) {
      int anchor = slots.slot(w, axis, group * filters);
      for (int i = 0; i < filters; i++) {
        slots.join(anchor, slots.slot(w, axis, group * filters + i));
      }
      for (int i = 0; i < ins; i++) {
        slots.join(anchor, slots.slot(x, 1, group * ins + i));
      }
    }
  }

  private static void framed(Node node, Coupler coupler, String x, String w, String y) {
    if (node.hasInput(2)) {
      coupler.same(node.input(2), 0, y, 1);
    }
    coupler.same(x, 0, y, 0);
    coupler.keepFrom(node, x, 2);
    coupler.keepFrom(node, w, 2);
    coupler.keepFrom(node, y, 2);
  }

  /** Gemm: A' [M, K] B' [K, N] + C → Y [M, N]. */
  static void gemm(Node node, Coupler coupler) {
    int ta = (int) node.intAttribute("transA", 0);
    int tb = (int) node.intAttribute("transB", 0);
    String a = node.input(0);
    String b = node.input(1);
    String y = node.output(0);
    coupler.same(a, 1 - ta, b, tb);
    coupler.same(a, ta, y, 0);
    coupler.same(b, 1 - tb, y, 1);
    if (node.hasInput(2)) {
      coupler.broadcast(node, node.input(2), y);
    }
  }

  /** MatMul as NumPy has it. */
  static void product(Node node, Coupler coupler) {
    String a = node.input(0);
    String b = node.input(1);
    String y = node.output(0);
    int ra = coupler.rank(a);
    int rb = coupler.rank(b);
    if (ra < 2 || rb < 2) {
      coupler.keepAll(node, node.label());
      return;
    }
    int ry = coupler.rank(y);
    coupler.same(a, ra - 1, b, rb - 2);
    coupler.same(a, ra - 2, y, ry - 2);
    coupler.same(b, rb - 1, y, ry - 1);
    outer(node, coupler, a, y);
    outer(node, coupler, b, y);
  }

  private static void outer(Node node, Coupler coupler, String operand, String y) {
    int shift = coupler.rank(y) - coupler.rank(operand);
    for (int axis = 0; axis < coupler.rank(operand) - 2; axis++) {
      if (coupler.slots().length(operand, axis) == coupler.slots().length(y, axis + shift)) {
        coupler.same(operand, axis, y, axis + shift);
      } else {
        coupler.keep(node, operand, axis);
      }
    }
  }

  /** Normalization with parameters per channel, which is axis 1. */
  static void perChannel(Node node, Coupler coupler) {
    String x = node.input(0);
    boolean mixes = node.is("InstanceNormalization");
    coupler.alike(x, node.output(0));
    for (int i = 1; i < node.inputs().size(); i++) {
      coupler.same(node.input(i), 0, x, 1);
    }
    if (mixes) {
      coupler.keepFrom(node, x, 2);
    }
    node.outputs().stream()
        .skip(1)
        .filter(coupler.slots()::has)
        .forEach(output -> coupler.same(output, 0, x, 1));
  }

  /** What mixes all axes from {@code axis} on. */
  static void fromAxis(Node node, Coupler coupler) {
    String x = node.input(0);
    coupler.alike(x, node.output(0));
    coupler.keepFrom(node, x, coupler.axis(x, node.intAttribute("axis", -1)));
    for (String other : node.inputs().subList(1, node.inputs().size())) {
      if (coupler.slots().has(other)) {
        coupler.slots().freezeAll(other, node.label());
      }
    }
    for (String other : node.outputs().subList(1, node.outputs().size())) {
      if (coupler.slots().has(other)) {
        coupler.slots().freezeAll(other, node.label());
      }
    }
  }

  /** Pooling keeps batch and channels apart. */
  static void pool(Node node, Coupler coupler) {
    String x = node.input(0);
    for (String y : node.outputs()) {
      if (coupler.slots().has(y)) {
        coupler.same(x, 0, y, 0);
        coupler.same(x, 1, y, 1);
        coupler.keepFrom(node, y, 2);
      }
    }
    coupler.keepFrom(node, x, 2);
  }
}
