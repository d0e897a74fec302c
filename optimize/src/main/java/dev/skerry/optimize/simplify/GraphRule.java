package dev.skerry.optimize.simplify;

import java.util.Optional;

/** A rewrite that has to see a whole graph at once. Stateless. */
public interface GraphRule {
  /** What to do in this graph; empty when the rule does not fire. */
  Optional<Rewrite> apply(GraphView view);

  /** The name by which reports speak of this rule and options skip it. */
  default String name() {
    return getClass().getSimpleName();
  }
}
