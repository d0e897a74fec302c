package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the values of one graph and of the graphs inside its nodes.
 *
 * @param values facts by value name
 * @param inner facts of subgraphs, by the first output of the holding node and the attribute
 */
record Facts(Map<String, Fact> values, Map<String, Facts> inner) {
  static final Facts NONE = new Facts(Map.of(), Map.of());

  Facts {
    values = Map.copyOf(values);
    inner = Map.copyOf(inner);
  }

  Optional<Fact> of(String value) {
    return Optional.ofNullable(values.get(value));
  }

  Facts inside(Node holder, String attribute) {
    return inner.getOrDefault(key(holder, attribute), NONE);
  }

  static String key(Node holder, String attribute) {
    return holder.output(0) + "#" + attribute;
  }
}
