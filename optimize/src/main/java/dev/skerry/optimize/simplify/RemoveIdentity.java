package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/** {@code Identity(x) -> x}, unless it gives an output of the graph its name. */
final class RemoveIdentity implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return node.is("Identity") ? Removal.of(node, view) : Optional.empty();
  }
}
