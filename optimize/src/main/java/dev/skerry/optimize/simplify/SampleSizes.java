package dev.skerry.optimize.simplify;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sizes for the free axes of a model's inputs, one set per run. They differ so much from run to run
 * that what comes out equal in all runs does not depend on them.
 *
 * @param runs in each run, size by symbol; see {@link #symbol}
 */
record SampleSizes(List<Map<String, Long>> runs) {
  /**
   * Least sizes tried for axes other than the first. Not small at first: behind strides of 32 and
   * padding, 4 and 8 both become 1.
   */
  private static final long[] INNER = {130, 33, 577, 9};

  /** Sizes of first axes, run by run. */
  private static final long[] LEADING = {1, 2, 5};

  /** The candidates for {@code inputs}, best first. With no free axes: two runs on other data. */
  static List<SampleSizes> candidates(List<ValueInfo> inputs) {
    Set<String> leading = new LinkedHashSet<>();
    Set<String> inner = new LinkedHashSet<>();
    for (ValueInfo input : inputs) {
      List<Dimension> shape = axes(input);
      for (int axis = 0; axis < shape.size(); axis++) {
        if (!(shape.get(axis) instanceof Dimension.Fixed)) {
          (axis == 0 ? leading : inner).add(symbol(input, axis, shape.get(axis)));
        }
      }
    }
    inner.removeAll(leading);
    if (leading.isEmpty() && inner.isEmpty()) {
      return List.of(new SampleSizes(List.of(Map.of(), Map.of())));
    }
    List<SampleSizes> candidates = new ArrayList<>();
    for (long least : inner.isEmpty() ? new long[] {1} : INNER) {
      candidates.add(of(leading, inner, least));
    }
    return candidates;
  }

  private static SampleSizes of(Set<String> leading, Set<String> inner, long least) {
    List<Map<String, Long>> runs = new ArrayList<>();
    for (int run = 0; run < LEADING.length; run++) {
      Map<String, Long> sizes = new HashMap<>();
      long batch = LEADING[run];
      leading.forEach(symbol -> sizes.put(symbol, batch));
      long next = (run + 1) * least + run; // 130, 261, 392
      for (String symbol : inner) {
        sizes.put(symbol, next);
        next += 2;
      }
      runs.add(sizes);
    }
    return new SampleSizes(runs);
  }

  /** The declared axes; none when nothing is declared. */
  static List<Dimension> axes(ValueInfo input) {
    return input.type() instanceof Type.Tensor tensor && tensor.shape() != null
        ? tensor.shape()
        : List.of();
  }

  /**
   * What names a free axis. Nameless first axes are taken for the same batch, as are nameless later
   * axes of inputs that begin with a fixed size (recurrent state: [layers, batch, features]).
   */
  static String symbol(ValueInfo input, int axis, Dimension dimension) {
    return switch (dimension) {
      case Dimension.Symbol(String name) -> name;
      case Dimension.Unknown _ ->
          axis == 0 || (axis == 1 && axes(input).getFirst() instanceof Dimension.Fixed)
              ? "?batch"
              : "?" + input.name() + "/" + axis;
      case Dimension.Fixed(long size) -> Long.toString(size);
    };
  }
}
