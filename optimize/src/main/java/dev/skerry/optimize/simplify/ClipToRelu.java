package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import java.util.List;
import java.util.Optional;

/** {@code Clip(x, 0, no maximum) -> Relu(x)}, x of type FLOAT. */
final class ClipToRelu implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<Bounds> bounds = Bounds.of(node, view);
    boolean fires =
        bounds.isPresent()
            && bounds.get().equals(new Bounds(0, Double.POSITIVE_INFINITY))
            && view.fact(node.input(0)).filter(f -> f.type() == DataType.FLOAT).isPresent();
    return fires
        ? Optional.of(
            Rewrite.of(node)
                .with(Node.of("Relu", node.name(), List.of(node.input(0)), node.outputs())))
        : Optional.empty();
  }
}
