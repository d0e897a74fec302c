package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Optional;
import java.util.Set;

/** Whether a value can hold no negative number, judged by the operators that make it. */
final class NonNegative {
  private static final Set<String> ALWAYS =
      Set.of("Relu", "Sigmoid", "Softmax", "Exp", "Abs", "Sqrt", "HardSigmoid", "Softplus");
  private static final Set<String> WHEN_INPUT_IS =
      Set.of(
          "MaxPool",
          "AveragePool",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "Reshape",
          "Transpose",
          "Flatten",
          "Squeeze",
          "Unsqueeze",
          "Identity");

  /** Nodes looked at before giving up. */
  private static final int MAX_DEPTH = 8;

  private NonNegative() {}

  static boolean is(String value, GraphView view) {
    String current = value;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      Optional<Node> producer = view.producer(current).filter(node -> node.domain().isEmpty());
      if (producer.isEmpty() || ALWAYS.contains(producer.get().op())) {
        return producer.isPresent();
      }
      if (!WHEN_INPUT_IS.contains(producer.get().op())) {
        return false;
      }
      current = producer.get().input(0);
    }
    return false;
  }
}
