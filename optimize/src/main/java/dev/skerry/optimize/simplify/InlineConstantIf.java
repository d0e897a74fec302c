package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An If whose condition is constant becomes the nodes of the branch it takes.
 *
 * <pre>{@code
 * If(true, then_branch { a -> b }, else_branch { ... }) -> y    =>    a -> y
 * }</pre>
 *
 * Values of the branch get fresh names; an output that the branch does not make itself is handed on
 * by an Identity.
 */
final class InlineConstantIf implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<Double> condition = node.is("If") ? view.number(node.input(0)) : Optional.empty();
    if (condition.isEmpty()) {
      return Optional.empty();
    }
    String taken = condition.get() != 0 ? "then_branch" : "else_branch";
    return node.attributes().get(taken) instanceof Attribute.GraphValue(Graph branch)
            && branch.inputs().isEmpty()
        ? Optional.of(inlined(node, branch, view))
        : Optional.empty();
  }

  private static Rewrite inlined(Node node, Graph branch, GraphView view) {
    Map<String, String> names = new HashMap<>();
    branch.initializers().keySet().forEach(name -> names.put(name, view.fresh(name)));
    Set<String> made = new HashSet<>();
    branch.nodes().forEach(inner -> made.addAll(inner.outputs()));
    made.remove("");
    made.forEach(name -> names.put(name, view.fresh(name)));
    List<Node> handedOn = new ArrayList<>();
    Set<String> given = new HashSet<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      String from = branch.outputs().get(i).name();
      String to = node.output(i);
      if (to.isEmpty()) {
        continue;
      }
      if (made.contains(from) && given.add(from)) {
        names.put(from, to);
      } else {
        handedOn.add(Node.of("Identity", node.name(), List.of(from), List.of(to)));
      }
    }
    Renaming renaming = new Renaming(names);
    Rewrite rewrite =
        Rewrite.of(node)
            .with(branch.nodes().stream().map(renaming::of).toList())
            .with(
                handedOn.stream()
                    .map(identity -> identity.withInputs(List.of(renaming.of(identity.input(0)))))
                    .toList());
    for (var constant : branch.initializers().entrySet()) {
      rewrite = rewrite.constant(renaming.of(constant.getKey()), constant.getValue());
    }
    return rewrite;
  }
}
