package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A node that computes what an earlier one has computed from the same values goes. */
final class MergeCommonSubexpressions implements Rule {
  private static final Set<String> RANDOM =
      Set.of(
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Multinomial",
          "Bernoulli",
          "Dropout");

  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (node.inputs().isEmpty() || RANDOM.contains(node.op()) || !node.subgraphs().isEmpty()) {
      return Optional.empty();
    }
    for (Node other : view.consumers(node.input(0))) {
      if (other == node) {
        return Optional.empty(); // consumers are in graph order: no earlier one is alike
      }
      if (alike(node, other) && replaceable(node, other, view)) {
        Rewrite rewrite = Rewrite.of(node);
        for (int i = 0; i < node.outputs().size(); i++) {
          rewrite =
              node.output(i).isEmpty() ? rewrite : rewrite.rename(node.output(i), other.output(i));
        }
        return Optional.of(rewrite);
      }
    }
    return Optional.empty();
  }

  private static boolean alike(Node node, Node other) {
    return node.op().equals(other.op())
        && node.domain().equals(other.domain())
        && node.inputs().equals(other.inputs())
        && node.attributes().equals(other.attributes());
  }

  private static boolean replaceable(Node node, Node other, GraphView view) {
    return IntStream.range(0, node.outputs().size())
        .allMatch(i ->
            node.output(i).isEmpty()
                || (!other.output(i).isEmpty()
                    && view.replaceable(node.output(i), other.output(i))));
  }
}
