package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;

/**
 * {@code Dropout(x) -> x} at inference: opset 7 on, no {@code training_mode} that is or may be
 * true, mask unused.
 */
final class RemoveDropout implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return node.is("Dropout") && view.opset() >= 7 && inference(node, view)
        ? Removal.of(node, view)
        : Optional.empty();
  }

  private static boolean inference(Node node, GraphView view) {
    boolean training = node.hasInput(2) && !view.number(node.input(2)).equals(Optional.of(0.0));
    return !training && !view.isUsed(node.output(1));
  }
}
