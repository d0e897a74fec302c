package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Equal Transposes of everything that a node joins become one behind it.
 *
 * <pre>{@code
 * Add | Mul | ... | Concat (Transpose(a, p), Transpose(b, p)) -> y    =>    Add(a, b) -> Transpose(p) -> y
 * }</pre>
 *
 * The transposed values have no other use.
 */
final class JoinTransposes implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Concat") && !Elementwise.isBinary(node)) {
      return Optional.empty();
    }
    List<Node> transposes =
        node.inputs().stream()
            .flatMap(value -> view.soleProducer(value, "Transpose").stream())
            .toList();
    Set<List<Long>> perms = new HashSet<>();
    transposes.forEach(t ->
        perms.add(
            Permutation.of(t, view).map(p -> Arrays.stream(p).boxed().toList()).orElse(List.of())));
    boolean fires =
        transposes.size() == node.inputs().size()
            && Set.copyOf(node.inputs()).size() > 1
            && perms.size() == 1
            && !perms.contains(List.of());
    return fires ? Optional.of(joined(node, transposes, view)) : Optional.empty();
  }

  private static Rewrite joined(Node node, List<Node> transposes, GraphView view) {
    long[] perm = Permutation.of(transposes.getFirst(), view).orElseThrow();
    String value = view.fresh(node.output(0));
    Node inner =
        node.withInputs(transposes.stream().map(t -> t.input(0)).toList())
            .withOutputs(List.of(value));
    if (node.is("Concat")) {
      int axis = (int) node.intAttribute("axis", 1);
      inner = inner.with("axis", Attribute.of(perm[axis < 0 ? axis + perm.length : axis]));
    }
    List<Node> removed = new ArrayList<>(new LinkedHashSet<>(transposes));
    removed.add(node);
    return Rewrite.of(removed)
        .with(inner, Permutation.node(transposes.getFirst().name(), value, perm, node.output(0)));
  }
}
