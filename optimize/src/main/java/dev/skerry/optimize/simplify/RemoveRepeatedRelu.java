package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * {@code Relu(x) -> x} where x cannot be negative.
 *
 * <pre>{@code
 * Relu | Sigmoid | Softmax | ... -> (pooling, reshaping) -> Relu -> y    =>    without the last
 * }</pre>
 */
final class RemoveRepeatedRelu implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return node.is("Relu") && NonNegative.is(node.input(0), view)
        ? Removal.of(node, view)
        : Optional.empty();
  }
}
