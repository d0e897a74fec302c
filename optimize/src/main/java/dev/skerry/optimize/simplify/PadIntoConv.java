package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * Zeros around a convolution's input become its own padding.
 *
 * <pre>{@code
 * Pad(x, spatial p, 0) -> Conv(pads q) -> y    =>    Conv(x, pads p + q) -> y
 * }</pre>
 *
 * The padded value has no other use.
 */
final class PadIntoConv implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<Node> pad =
        node.is("Conv") ? view.soleProducer(node.input(0), "Pad") : Optional.empty();
    return pad.flatMap(p -> Padding.of(p, view))
        .filter(padding -> padding.fill() == 0)
        .flatMap(padding -> padding.addedTo(node))
        .map(pads -> Padding.merge(pad.orElseThrow(), node, node, pads));
  }
}
