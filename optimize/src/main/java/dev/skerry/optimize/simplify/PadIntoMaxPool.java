package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * Padding that no maximum can notice becomes the pool's own.
 *
 * <pre>{@code
 * Pad(x, spatial p, -inf) -> MaxPool(pads q) -> y    =>    MaxPool(x, pads p + q) -> y
 * }</pre>
 *
 * The fill is negative infinity, or 0 under values that cannot be negative; p + q is less than the
 * window, so that every window holds a real element; the padded value has no other use.
 */
final class PadIntoMaxPool implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<Node> pad =
        node.is("MaxPool") && !view.isUsed(node.output(1))
            ? view.soleProducer(node.input(0), "Pad")
            : Optional.empty();
    return pad.flatMap(p -> Padding.of(p, view))
        .filter(padding -> isUnnoticed(padding.fill(), pad.orElseThrow(), view))
        .flatMap(padding -> padding.addedTo(node))
        .filter(pads -> Padding.suitsPool(node, pads))
        .map(pads -> Padding.merge(pad.orElseThrow(), node, node, pads));
  }

  private static boolean isUnnoticed(double fill, Node pad, GraphView view) {
    return fill <= -Float.MAX_VALUE || (fill == 0 && NonNegative.is(pad.input(0), view));
  }
}
