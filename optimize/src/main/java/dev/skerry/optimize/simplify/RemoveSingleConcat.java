package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;
import java.util.Set;

/** {@code Concat(x) -> x}, and the same for Sum, Max, Min and Mean of one value. */
final class RemoveSingleConcat implements Rule {
  private static final Set<String> OPS = Set.of("Concat", "Sum", "Max", "Min", "Mean");

  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return node.domain().isEmpty() && OPS.contains(node.op()) && node.inputs().size() == 1
        ? Removal.of(node, view)
        : Optional.empty();
  }
}
