package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import java.util.List;
import java.util.Optional;

/**
 * A dense layer in two nodes becomes one.
 *
 * <pre>{@code
 * MatMul(x, W) -> Add(b) -> y    =>    Gemm(x, W, b) -> y
 * }</pre>
 *
 * x and W have rank 2, b is a FLOAT constant of one element or one per column, and the MatMul's
 * result has no other use.
 */
final class MatMulAddToGemm implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Add")) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      Optional<Node> matMul = view.soleProducer(node.input(side), "MatMul");
      String bias = node.input(1 - side);
      if (matMul.isPresent() && isDense(matMul.get(), view) && isBias(bias, matMul.get(), view)) {
        return Optional.of(
            Rewrite.of(matMul.get(), node)
                .with(
                    Node.of(
                        "Gemm",
                        matMul.get().name(),
                        List.of(matMul.get().input(0), matMul.get().input(1), bias),
                        node.outputs())));
      }
    }
    return Optional.empty();
  }

  private static boolean isDense(Node matMul, GraphView view) {
    return view.hasRank(matMul.input(0), 2)
        && view.hasRank(matMul.input(1), 2)
        && view.fact(matMul.input(0)).get().type() == DataType.FLOAT;
  }

  private static boolean isBias(String value, Node matMul, GraphView view) {
    int columns = (int) view.fact(matMul.input(1)).get().dim(1);
    return columns > 0
        && view.floats(value).flatMap(b -> Constants.perChannel(b, 2, 1, columns)).isPresent();
  }
}
