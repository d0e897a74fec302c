package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * Two Transposes in a row become one, or none; a Transpose that moves nothing goes.
 *
 * <pre>{@code
 * x -> Transpose(p) -> Transpose(q) -> y    =>    x -> Transpose(p[q]) -> y
 * }</pre>
 */
final class MergeTransposes implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<long[]> second = node.is("Transpose") ? Permutation.of(node, view) : Optional.empty();
    if (second.isEmpty()) {
      return Optional.empty();
    }
    if (Permutation.isIdentity(second.get())) {
      return Removal.of(node, view);
    }
    Optional<Node> above = view.producer(node.input(0), "Transpose");
    Optional<long[]> first = above.flatMap(transpose -> Permutation.of(transpose, view));
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String x = above.get().input(0);
    long[] both = Permutation.compose(first.get(), second.get());
    return Permutation.isIdentity(both) && view.replaceable(node.output(0), x)
        ? Removal.of(node, x, view)
        : Optional.of(
            Rewrite.of(node).with(Permutation.node(node.name(), x, both, node.output(0))));
  }
}
