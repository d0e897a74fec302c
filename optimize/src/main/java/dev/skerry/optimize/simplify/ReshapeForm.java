package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The second input of a Reshape that turns one observed shape into another. */
final class ReshapeForm {
  private static final Set<String> RESHAPING = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze");

  private ReshapeForm() {}

  /** Whether {@code node} gives the elements of its first input, in order, another shape. */
  static boolean isReshaping(Node node) {
    return node.domain().isEmpty() && RESHAPING.contains(node.op());
  }

  /**
   * Fixed sizes as they are, free ones as 0 where they equal the input's size at the same place,
   * and one other as -1. Empty when that does not determine the shape.
   */
  static Optional<long[]> between(Fact before, Fact after) {
    if (before.shapes().isEmpty() || after.shapes().size() != before.shapes().size()) {
      Optional<long[]> fixed = after.fixedShape();
      return fixed.filter(dims -> Arrays.stream(dims).noneMatch(size -> size == 0));
    }
    long[] form = new long[after.rank().getAsInt()];
    boolean inferred = false;
    for (int axis = 0; axis < form.length; axis++) {
      long size = after.dim(axis);
      if (size == 0) {
        return Optional.empty();
      }
      if (size != Fact.FREE) {
        form[axis] = size;
      } else if (!copied(before, after, axis)) {
        if (inferred) {
          return Optional.empty();
        }
        inferred = true;
        form[axis] = -1;
      }
    }
    return Optional.of(form);
  }

  private static boolean copied(Fact before, Fact after, int axis) {
    if (axis >= before.rank().getAsInt()) {
      return false;
    }
    return IntStream.range(0, before.shapes().size())
        .allMatch(
            run -> before.shapes().get(run).get(axis).equals(after.shapes().get(run).get(axis)));
  }

  /** {@code Reshape(x, form)} in place of {@code removed}. */
  static Rewrite rewrite(Node removed, String x, long[] form, GraphView view) {
    String shape = view.fresh(removed.output(0) + ".shape");
    return Rewrite.of(removed)
        .with(Node.of("Reshape", removed.name(), List.of(x, shape), removed.outputs()))
        .constant(shape, Tensor.vector(form));
  }
}
