package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/** {@code Clip(x) -> x} without bounds, or with the least and largest FLOAT. */
final class RemoveUnboundedClip implements Rule {
  private static final Bounds NONE = new Bounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return Bounds.of(node, view).filter(NONE::equals).flatMap(_ -> Removal.of(node, view));
  }
}
