package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code Squeeze(Unsqueeze(x, axes), axes) -> x} and the other way round, where shapes are unknown.
 */
final class CancelUnsqueezeSqueeze implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    String opposite = node.is("Squeeze") ? "Unsqueeze" : node.is("Unsqueeze") ? "Squeeze" : "";
    Optional<Node> first = view.producer(node.input(0), opposite);
    Optional<long[]> axes = Axes.of(node, view);
    return first.isPresent()
            && axes.isPresent()
            && Axes.of(first.get(), view).filter(a -> Arrays.equals(a, axes.get())).isPresent()
        ? Removal.of(node, first.get().input(0), view)
        : Optional.empty();
  }
}
