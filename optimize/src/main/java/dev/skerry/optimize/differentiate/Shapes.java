package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Rules of operators that only rename, move or repeat elements. */
final class Shapes {
  private Shapes() {}

  static void same(Place at) {
    at.give(0, at.gradient());
  }

  /** As exported for inference, where nothing is dropped. */
  static void dropout(Place at) {
    boolean drops =
        at.node().hasInput(2)
            && at.values().constant(at.input(2)).map(mode -> mode.asLong(0) != 0).orElse(true);
    if (drops) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          at.node().label()
              + " drops at random (training_mode), which Skerry does not train; export the model"
              + " for inference");
    }
    same(at);
  }

  static void cast(Place at) {
    if (at.type().isFloating()) {
      at.give(0, at.emit().number(at.type(), at.gradient()));
    }
  }

  static void reshaped(Place at) {
    at.give(0, at.emit().reshape(at.gradient(), at.inputShape(0)));
  }

  static void transpose(Place at) {
    int rank = at.inputShape(0).length;
    long[] order =
        at.node()
            .intsAttribute("perm")
            .orElseGet(() -> IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray());
    long[] inverse = new long[rank];
    for (int i = 0; i < rank; i++) {
      inverse[(int) order[i]] = i;
    }
    at.give(0, at.emit().transpose(at.gradient(), inverse));
  }

  static void expand(Place at) {
    at.giveBroadcast(0, at.gradient(), at.outputShape());
  }

  static void concat(Place at) {
    long axis = axis(at.node().intAttribute("axis", 0), at.outputShape().length);
    long start = 0;
    for (int input = 0; input < at.node().inputs().size(); input++) {
      long end = start + at.inputShape(input)[(int) axis];
      if (at.wants(input)) {
        at.give(input, part(at, axis, start, end));
      }
      start = end;
    }
  }

  private static String part(Place at, long axis, long start, long end) {
    return at.emit()
        .slice(
            at.gradient(), new long[] {start}, new long[] {end}, new long[] {axis}, new long[] {1});
  }

  /** Parts without a gradient count as zeros. */
  static void split(Place at) {
    long axis = axis(at.node().intAttribute("axis", 0), at.inputShape(0).length);
    List<String> parts = new ArrayList<>();
    for (int output = 0; output < at.node().outputs().size(); output++) {
      Optional<String> gradient = at.gradient(output);
      parts.add(gradient.isPresent() ? gradient.get() : zeros(at, at.node().output(output)));
    }
    at.give(
        0,
        at.emit().op("Concat", Map.of("axis", Attribute.of(axis)), parts.toArray(String[]::new)));
  }

  private static String zeros(Place at, String like) {
    return zeros(at, at.type(), at.shape(like));
  }

  static String zeros(Place at, DataType type, long... shape) {
    Tensor zero = Emitter.numbers(type, new long[] {1}, 0);
    return at.emit()
        .op(
            "ConstantOfShape",
            Map.of("value", new Attribute.TensorValue(zero)),
            at.emit().longs(shape));
  }

  static long axis(long axis, int rank) {
    return axis < 0 ? axis + rank : axis;
  }
}
