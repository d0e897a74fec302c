package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes that only arrange elements, and here leave the shape, and so everything, as it was.
 *
 * <pre>{@code
 * Reshape | Flatten | Squeeze | Unsqueeze | Expand | Tile (x) -> x    where both shapes are equal
 * }</pre>
 */
final class RemoveSameShape implements Rule {
  private static final Set<String> ARRANGING =
      Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand", "Tile");

  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.domain().isEmpty() || !ARRANGING.contains(node.op())) {
      return Optional.empty();
    }
    Optional<Fact> before = view.fact(node.input(0));
    Optional<Fact> after = view.fact(node.output(0));
    return before.isPresent() && after.isPresent() && alike(before.get(), after.get())
        ? Removal.of(node, view)
        : Optional.empty();
  }

  private static boolean alike(Fact before, Fact after) {
    return before.sameShape(after)
        || (before.fixedShape().isPresent()
            && after.fixedShape().isPresent()
            && Arrays.equals(before.fixedShape().get(), after.fixedShape().get()));
  }
}
