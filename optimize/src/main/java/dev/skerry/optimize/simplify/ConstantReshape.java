package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * A Reshape to a computed shape gets a constant one.
 *
 * <pre>{@code
 * Reshape(x, Concat(Gather(Shape(x), 0), -1, 2))    =>    Reshape(x, [0, 4420, 2])
 * }</pre>
 *
 * Free axes become 0 (as in x) or one -1, see {@link ReshapeForm}.
 */
final class ConstantReshape implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Reshape") || view.constant(node.input(1)).isPresent()) {
      return Optional.empty();
    }
    Optional<Fact> before = view.fact(node.input(0));
    Optional<Fact> after = view.fact(node.output(0)).filter(fact -> fact.rank().isPresent());
    return before.isPresent() && after.isPresent()
        ? ReshapeForm.between(before.get(), after.get())
            .map(form -> ReshapeForm.rewrite(node, node.input(0), form, view))
        : Optional.empty();
  }
}
