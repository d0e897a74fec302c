package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Arithmetic that changes nothing.
 *
 * <pre>{@code
 * x + 0, 0 + x, x - 0, x * 1, 1 * x, x / 1  ->  x
 * }</pre>
 *
 * The constant has one repeated value and does not widen x: it is a single element of no more axes
 * than x, or every one of its sizes is 1 or the fixed size of x.
 */
final class RemoveNeutralArithmetic implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.domain().isEmpty()) {
      return Optional.empty();
    }
    return switch (node.op()) {
      case "Add" -> either(node, 0, view);
      case "Mul" -> either(node, 1, view);
      case "Sub" -> neutral(node, 0, 1, 0, view);
      case "Div" -> neutral(node, 0, 1, 1, view);
      default -> Optional.empty();
    };
  }

  private static Optional<Rewrite> either(Node node, double element, GraphView view) {
    Optional<Rewrite> right = neutral(node, 0, 1, element, view);
    return right.isPresent() ? right : neutral(node, 1, 0, element, view);
  }

  private static Optional<Rewrite> neutral(
      Node node, int kept, int constant, double element, GraphView view) {
    Optional<Tensor> tensor =
        view.constant(node.input(constant))
            .filter(t -> Constants.isAll(t, element) && !widens(t, node.input(kept), view));
    return tensor.isPresent() ? Removal.of(node, node.input(kept), view) : Optional.empty();
  }

  private static boolean widens(Tensor constant, String value, GraphView view) {
    if (constant.rank() == 0) {
      return false;
    }
    Optional<Fact> fact = view.fact(value).filter(f -> f.rank().isPresent());
    if (fact.isEmpty() || fact.get().rank().getAsInt() < constant.rank()) {
      return true;
    }
    int shift = fact.get().rank().getAsInt() - constant.rank();
    return IntStream.range(0, constant.rank())
        .anyMatch(
            axis -> constant.dim(axis) != 1 && constant.dim(axis) != fact.get().dim(axis + shift));
  }
}
