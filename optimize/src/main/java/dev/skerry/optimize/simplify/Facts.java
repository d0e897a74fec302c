package dev.skerry.optimize.simplify;

import java.util.Map;
import java.util.Optional;

/**
 * What was observed of the values of a graph; see {@link Observation}.
 *
 * @param values facts by value name; values inside subgraphs have none
 */
public record Facts(Map<String, Fact> values) {
  static final Facts NONE = new Facts(Map.of());

  public Facts {
    values = Map.copyOf(values);
  }

  /** What is always so of {@code value}; empty when nothing was observed. */
  public Optional<Fact> of(String value) {
    return Optional.ofNullable(values.get(value));
  }
}
