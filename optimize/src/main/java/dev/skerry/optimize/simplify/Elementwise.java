package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.OptionalInt;
import java.util.Set;

/** Operators that treat each element by itself, whatever the shape. */
final class Elementwise {
  private static final Set<String> UNARY =
      Set.of(
          "Relu",
          "LeakyRelu",
          "Sigmoid",
          "Tanh",
          "Exp",
          "Log",
          "Sqrt",
          "Abs",
          "Neg",
          "Clip",
          "HardSigmoid",
          "HardSwish",
          "Elu",
          "Selu",
          "Softplus",
          "Softsign",
          "Erf",
          "Gelu",
          "Mish",
          "Floor",
          "Ceil",
          "Round",
          "Sign",
          "Reciprocal",
          "Cast",
          "Not");
  private static final Set<String> BINARY = Set.of("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min");

  private Elementwise() {}

  /** Whether the node works on one value, its other inputs being constants of one element. */
  static boolean isUnary(Node node, GraphView view) {
    return node.domain().isEmpty() && variable(node, view).isPresent();
  }

  /** Whether the node joins values element by element, with broadcasting. */
  static boolean isBinary(Node node) {
    return node.domain().isEmpty() && BINARY.contains(node.op());
  }

  /** The place of the one input that is not a constant of one element. */
  static OptionalInt variable(Node node, GraphView view) {
    if (UNARY.contains(node.op())) {
      return OptionalInt.of(0);
    }
    if (!BINARY.contains(node.op()) || node.inputs().size() != 2) {
      return OptionalInt.empty();
    }
    boolean first = isScalar(node.input(0), view);
    boolean second = isScalar(node.input(1), view);
    return first == second ? OptionalInt.empty() : OptionalInt.of(first ? 1 : 0);
  }

  private static boolean isScalar(String value, GraphView view) {
    return view.constant(value).filter(t -> t.rank() <= 1 && t.elementCount() == 1).isPresent();
  }
}
