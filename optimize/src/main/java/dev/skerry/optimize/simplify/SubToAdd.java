package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * {@code x - c -> x + (-c)}, c a FLOAT constant: engines have an integer Add and no integer Sub.
 * Part of the list for quantizing only.
 */
final class SubToAdd implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Sub")) {
      return Optional.empty();
    }
    return view.floats(node.input(1))
        .map(c -> {
          String negated = view.fresh(node.input(1));
          float[] data = c.toFloats();
          for (int i = 0; i < data.length; i++) {
            data[i] = -data[i];
          }
          return Rewrite.of(node)
              .with(Node.of("Add", node.name(), List.of(node.input(0), negated), node.outputs()))
              .constant(negated, Tensor.ofFloats(c.dims(), data));
        });
  }
}
