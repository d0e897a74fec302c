package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two Transposes with elementwise nodes between them meet.
 *
 * <pre>{@code
 * x -> Transpose(p) -> Relu -> ... -> Transpose(q) -> y    =>    x -> Relu -> ... -> Transpose(p[q]) -> y
 * }</pre>
 *
 * Values between have no other use. Where p and q cancel, no Transpose is left.
 */
final class TransposeAcrossElementwise implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<long[]> second = node.is("Transpose") ? Permutation.of(node, view) : Optional.empty();
    if (second.isEmpty()) {
      return Optional.empty();
    }
    List<Node> between = new ArrayList<>(); // nearest to the second Transpose first
    String value = node.input(0);
    while (view.onlyConsumer(value).isPresent()) {
      Optional<Node> producer = view.producer(value);
      if (producer.isEmpty() || !Elementwise.isUnary(producer.get(), view)) {
        break;
      }
      between.add(producer.get());
      value = producer.get().input(Elementwise.variable(producer.get(), view).getAsInt());
    }
    Optional<Node> above = view.soleProducer(value, "Transpose");
    Optional<long[]> first = above.flatMap(transpose -> Permutation.of(transpose, view));
    return between.isEmpty() || first.isEmpty()
        ? Optional.empty()
        : Optional.of(
            moved(
                above.get(), between, node, Permutation.compose(first.get(), second.get()), view));
  }

  private static Rewrite moved(
      Node above, List<Node> between, Node below, long[] perm, GraphView view) {
    List<Node> removed = new ArrayList<>(between);
    removed.add(above);
    removed.add(below);
    List<Node> added = new ArrayList<>();
    String value = above.input(0);
    for (Node node : between.reversed()) {
      boolean last = node == between.getFirst() && Permutation.isIdentity(perm);
      String made = last ? below.output(0) : view.fresh(node.output(0));
      int variable = Elementwise.variable(node, view).getAsInt();
      added.add(node.withInput(variable, value).withOutputs(List.of(made)));
      value = made;
    }
    if (!Permutation.isIdentity(perm)) {
      added.add(Permutation.node(below.name(), value, perm, below.output(0)));
    }
    return Rewrite.of(removed).with(added);
  }
}
