package dev.skerry.optimize.simplify;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * Constants become initializers, where every other rule looks for them.
 *
 * <pre>{@code
 * Constant(value = c) -> x    =>    initializer x = c
 * }</pre>
 *
 * Not for an output of the graph: engines want those made by a node.
 */
final class ConstantNodes implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return view.isOutput(node.output(0))
        ? Optional.empty()
        : GraphIndex.constantOf(node)
            .map(value -> value.withExtra(Bytes.EMPTY)) // an attribute's tensor may bear a name
            .map(value -> Rewrite.of(node).constant(node.output(0), value));
  }
}
