package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.Optional;

/**
 * Zeros around an average's input become its own padding, which then counts.
 *
 * <pre>{@code
 * Pad(x, spatial p, 0) -> AveragePool(pads q) -> y
 *   =>  AveragePool(x, pads p + q, count_include_pad = 1) -> y
 * }</pre>
 *
 * The pool counts its padding already, or has none; p + q is less than the window; the padded value
 * has no other use.
 */
final class PadIntoAveragePool implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<Node> pad =
        node.is("AveragePool") ? view.soleProducer(node.input(0), "Pad") : Optional.empty();
    boolean counts =
        node.intAttribute("count_include_pad", 0) != 0
            || node.intsAttribute("pads")
                .filter(p -> Arrays.stream(p).anyMatch(v -> v != 0))
                .isEmpty();
    return pad.filter(_ -> counts)
        .flatMap(p -> Padding.of(p, view))
        .filter(padding -> padding.fill() == 0)
        .flatMap(padding -> padding.addedTo(node))
        .filter(pads -> Padding.suitsPool(node, pads))
        .map(pads ->
            Padding.merge(
                pad.orElseThrow(), node, node.with("count_include_pad", Attribute.of(1)), pads));
  }
}
