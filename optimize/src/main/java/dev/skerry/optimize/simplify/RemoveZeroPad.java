package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.Optional;

/** {@code Pad(x, all zero) -> x}, with the amounts as attribute (to opset 10) or as constant. */
final class RemoveZeroPad implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Pad")) {
      return Optional.empty();
    }
    Optional<long[]> amounts = node.intsAttribute("pads").or(() -> view.longs(node.input(1)));
    return amounts.isPresent() && Arrays.stream(amounts.get()).allMatch(amount -> amount == 0)
        ? Removal.of(node, view)
        : Optional.empty();
  }
}
