package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A Transpose that moves only axes of size 1 becomes a Reshape, which moves no memory.
 *
 * <pre>{@code
 * Transpose(x[N, 49, 10, 1], [0, 3, 1, 2])    =>    Reshape(x, [0, 1, 49, 10])
 * }</pre>
 */
final class TransposeToReshape implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Transpose")) {
      return Optional.empty();
    }
    Optional<long[]> perm = Permutation.of(node, view);
    Optional<Fact> before = view.fact(node.input(0)).filter(fact -> fact.rank().isPresent());
    Optional<Fact> after = view.fact(node.output(0)).filter(fact -> fact.rank().isPresent());
    if (perm.isEmpty() || before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    long[] moved =
        Arrays.stream(perm.get()).filter(axis -> before.get().dim((int) axis) != 1).toArray();
    boolean inOrder = IntStream.range(1, moved.length).allMatch(i -> moved[i - 1] < moved[i]);
    return inOrder
        ? ReshapeForm.between(before.get(), after.get())
            .map(form -> ReshapeForm.rewrite(node, node.input(0), form, view))
        : Optional.empty();
  }
}
