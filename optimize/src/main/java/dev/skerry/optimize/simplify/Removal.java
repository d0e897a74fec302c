package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/** The rewrite that rules share when a node hands on its first input unchanged. */
final class Removal {
  private Removal() {}

  /** {@code node(x, ...) -> y} goes and y becomes x; empty where y must keep its own maker. */
  static Optional<Rewrite> of(Node node, GraphView view) {
    return of(node, node.input(0), view);
  }

  /** As {@link #of(Node, GraphView)} for a node that hands on {@code kept}. */
  static Optional<Rewrite> of(Node node, String kept, GraphView view) {
    String value = node.output(0);
    return view.replaceable(value, kept)
        ? Optional.of(Rewrite.of(node).rename(value, kept))
        : Optional.empty();
  }
}
