package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import java.util.Optional;

/** {@code Cast(x, to = type of x) -> x}; the type of x is observed. */
final class RemoveSameTypeCast implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Cast")) {
      return Optional.empty();
    }
    Optional<DataType> to = DataType.ofCode(node.intAttribute("to", 0));
    return to.isPresent() && view.fact(node.input(0)).map(Fact::type).equals(to)
        ? Removal.of(node, view)
        : Optional.empty();
  }
}
