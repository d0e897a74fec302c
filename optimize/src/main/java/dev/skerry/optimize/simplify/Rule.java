package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/** A local rewrite: stateless, anchored at one node, never changing what an output is. */
public interface Rule {
  /** What to do around {@code node}; empty when the rule does not fire there. */
  Optional<Rewrite> apply(Node node, GraphView view);

  /** The name by which reports speak of this rule and options skip it. */
  default String name() {
    return getClass().getSimpleName();
  }
}
