package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A Slice that takes everything: {@code Slice(x, starts 0, ends past the end, steps 1) -> x}.
 *
 * <p>Opset 10 on. Each sliced axis begins at 0 and ends at or behind its fixed size, or at {@code
 * INT_MAX} or above where the size is free.
 */
final class RemoveFullSlice implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Slice") || !node.hasInput(2)) {
      return Optional.empty();
    }
    Optional<long[]> starts = view.longs(node.input(1));
    Optional<long[]> ends = view.longs(node.input(2));
    boolean whole =
        starts.isPresent()
            && ends.isPresent()
            && Arrays.stream(starts.get()).allMatch(start -> start == 0)
            && (!node.hasInput(4) || steps(node, view))
            && reachesEnd(node, ends.get(), view);
    return whole ? Removal.of(node, view) : Optional.empty();
  }

  private static boolean steps(Node node, GraphView view) {
    return view.longs(node.input(4))
        .filter(s -> Arrays.stream(s).allMatch(v -> v == 1))
        .isPresent();
  }

  private static boolean reachesEnd(Node node, long[] ends, GraphView view) {
    if (Arrays.stream(ends).allMatch(end -> end >= Integer.MAX_VALUE)) {
      return true;
    }
    Optional<Fact> fact = view.fact(node.input(0)).filter(f -> f.rank().isPresent());
    Optional<long[]> axes =
        node.hasInput(3)
            ? view.longs(node.input(3))
            : Optional.of(LongStream.range(0, ends.length).toArray());
    if (fact.isEmpty() || axes.isEmpty()) {
      return false;
    }
    int rank = fact.get().rank().getAsInt();
    return IntStream.range(0, ends.length)
        .allMatch(i -> {
          long axis = axes.get()[i];
          long size = fact.get().dim((int) (axis < 0 ? axis + rank : axis));
          return ends[i] >= Integer.MAX_VALUE || (size != Fact.FREE && ends[i] >= size);
        });
  }
}
