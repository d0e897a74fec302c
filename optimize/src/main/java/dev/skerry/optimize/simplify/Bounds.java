package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * The bounds of a Clip, which are attributes to opset 10 and inputs from 11.
 *
 * @param min negative infinity when there is none, or when it is the least FLOAT
 * @param max positive infinity when there is none, or when it is the largest FLOAT
 */
record Bounds(double min, double max) {
  /** Empty when a bound is not constant or {@code node} is no Clip. */
  static Optional<Bounds> of(Node node, GraphView view) {
    if (!node.is("Clip")) {
      return Optional.empty();
    }
    Optional<Double> min = bound(node, "min", 1, -Float.MAX_VALUE, view);
    Optional<Double> max = bound(node, "max", 2, Float.MAX_VALUE, view);
    return min.isEmpty() || max.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Bounds(
                min.get() <= -Float.MAX_VALUE ? Double.NEGATIVE_INFINITY : min.get(),
                max.get() >= Float.MAX_VALUE ? Double.POSITIVE_INFINITY : max.get()));
  }

  private static Optional<Double> bound(
      Node node, String key, int input, float absent, GraphView view) {
    return node.hasInput(input)
        ? view.number(node.input(input))
        : Optional.of((double) node.floatAttribute(key, absent));
  }
}
