package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * Values that depend on nothing but fixed sizes become constants.
 *
 * <pre>{@code
 * x[1, 3, 240, 320] -> Shape -> Gather(0) -> Unsqueeze -> y    =>    y = [1]
 * }</pre>
 *
 * Fires on what {@link Observation} found to be the same at every size of the free axes.
 */
final class KnownContents implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    String value = node.output(0);
    if (node.outputs().size() != 1 || node.is("Constant") || view.isOutput(value)) {
      return Optional.empty();
    }
    return view.fact(value)
        .flatMap(Fact::known)
        .map(content -> Rewrite.of(node).constant(value, content));
  }
}
