package dev.skerry.optimize.compress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What nothing else beats in both cost and loss. */
final class Frontier {
  private Frontier() {}

  /** Those of {@code all} of which none other is both cheaper and better; the cheapest first. */
  static <T> List<T> of(List<T> all, ToDoubleFunction<T> cost, ToDoubleFunction<T> loss) {
    List<T> sorted = new ArrayList<>(all);
    sorted.sort(Comparator.comparingDouble(cost).thenComparingDouble(loss));
    List<T> kept = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (T one : sorted) {
      if (loss.applyAsDouble(one) < least) {
        least = loss.applyAsDouble(one);
        kept.add(one);
      }
    }
    return kept;
  }

  /**
   * At most {@code count} of {@code frontier} from the point on where the loss comes within {@code
   * budget}: one that misses it, then some within, evenly spread to the best. Where fewer come
   * within, more that miss it.
   */
  static <T> List<T> around(List<T> frontier, ToDoubleFunction<T> loss, double budget, int count) {
    int border = 0;
    while (border < frontier.size() && loss.applyAsDouble(frontier.get(border)) > budget) {
      border++;
    }
    int last = frontier.size() - 1;
    int from = Math.clamp(border - 1, 0, Math.max(0, frontier.size() - count));
    int chosen = Math.min(count, frontier.size() - from);
    return IntStream.range(0, chosen)
        .mapToObj(i -> frontier.get(from + (chosen == 1 ? 0 : i * (last - from) / (chosen - 1))))
        .toList();
  }
}
