package dev.skerry.optimize.simplify;

/** One entry of the ordered list that the driver works through. */
public sealed interface Step {
  /** Tries the rule at every node. */
  record Each(Rule rule) implements Step {}

  /** Tries the rule once per graph. */
  record Whole(GraphRule rule) implements Step {}

  default String name() {
    return switch (this) {
      case Each(Rule rule) -> rule.name();
      case Whole(GraphRule rule) -> rule.name();
    };
  }
}
