package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.Optional;

/**
 * Of two reshapings in a row the first is passed over.
 *
 * <pre>{@code
 * x -> Reshape | Flatten | Squeeze | Unsqueeze -> Reshape | Flatten | ... -> y
 *   =>  Reshape(x, form) -> y
 * }</pre>
 *
 * The form comes from the observed shapes, or is that of a constant Reshape that copies no size
 * from its input.
 */
final class MergeReshapes implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!ReshapeForm.isReshaping(node)) {
      return Optional.empty();
    }
    return view.producer(node.input(0))
        .filter(ReshapeForm::isReshaping)
        .map(first -> first.input(0))
        .flatMap(x -> form(x, node, view).map(form -> ReshapeForm.rewrite(node, x, form, view)));
  }

  private static Optional<long[]> form(String x, Node node, GraphView view) {
    Optional<Fact> before = view.fact(x);
    Optional<Fact> after = view.fact(node.output(0)).filter(fact -> fact.rank().isPresent());
    if (before.isPresent() && after.isPresent()) {
      return ReshapeForm.between(before.get(), after.get());
    }
    return node.is("Reshape")
        ? view.longs(node.input(1)).filter(form -> Arrays.stream(form).noneMatch(size -> size == 0))
        : Optional.empty();
  }
}
