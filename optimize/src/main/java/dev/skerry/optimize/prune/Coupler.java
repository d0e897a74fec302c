package dev.skerry.optimize.prune;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.ForwardValues;
import java.util.Optional;

/** What a {@link CouplingRule} works with: shapes, constants and slots of one graph. */
final class Coupler {
  private final ForwardValues values;
  private final Slots slots;

  Coupler(ForwardValues values, Slots slots) {
    this.values = values;
    this.slots = slots;
  }

  Slots slots() {
    return slots;
  }

  long[] shape(String value) {
    return slots.dims(value);
  }

  int rank(String value) {
    return slots.rank(value);
  }

  /** What {@code value} always is; for floats only initializers. */
  Optional<Tensor> constant(String value) {
    return value.isEmpty() ? Optional.empty() : values.constant(value);
  }

  /** Axis {@code axis}, where negative ones count from the end of {@code value}. */
  int axis(String value, long axis) {
    return (int) (axis < 0 ? axis + rank(value) : axis);
  }

  void same(String one, int axis, String other, int otherAxis) {
    slots.joinAxes(one, axis, other, otherAxis);
  }

  /** Every axis of {@code one} goes with the same axis of {@code other}; both have one shape. */
  void alike(String one, String other) {
    for (int axis = 0; axis < rank(one); axis++) {
      same(one, axis, other, axis);
    }
  }

  /**
   * Couples an operand with the result that it is broadcast to; axes that are repeated stay as they
   * are.
   */
  void broadcast(Node node, String operand, String result) {
    int shift = rank(result) - rank(operand);
    for (int axis = 0; axis < rank(operand); axis++) {
      if (slots.length(operand, axis) == slots.length(result, axis + shift)) {
        same(operand, axis, result, axis + shift);
      } else {
        keep(node, operand, axis);
      }
    }
  }

  /** The axis has to stay, because of {@code node}. */
  void keep(Node node, String value, int axis) {
    slots.freezeAxis(value, axis, node.label());
  }

  /** All axes from {@code from} on have to stay. */
  void keepFrom(Node node, String value, int from) {
    for (int axis = from; axis < rank(value); axis++) {
      keep(node, value, axis);
    }
  }

  /** All that {@code node} touches has to stay. */
  void keepAll(Node node, String reason) {
    for (String value : GraphIndex.uses(node)) {
      if (slots.has(value)) {
        slots.freezeAll(value, reason);
      }
    }
    for (String value : node.outputs()) {
      if (slots.has(value)) {
        slots.freezeAll(value, reason);
      }
    }
  }
}
