package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * BatchNormalization or per-channel arithmetic behind a MatMul moves into its weights.
 *
 * <pre>{@code
 * MatMul(x, W) -> BatchNormalization | Mul | Div ... -> y
 *   =>  MatMul(x, W * scale) -> y                  when nothing is shifted, x of any rank
 *   =>  Gemm(x, W * scale, shift) -> y             when x has rank 2
 * }</pre>
 *
 * W [K, N] is a FLOAT constant and the MatMul's result has no other use. A pure shift is left to
 * {@link MatMulAddToGemm}.
 */
final class AffineIntoMatMul implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return node.inputs().stream()
        .limit(2)
        .flatMap(value -> view.soleProducer(value, "MatMul").stream())
        .findFirst()
        .flatMap(matMul -> merged(matMul, node, view));
  }

  private static Optional<Rewrite> merged(Node matMul, Node node, GraphView view) {
    Optional<Tensor> weights = view.floats(matMul.input(1)).filter(w -> w.rank() == 2);
    OptionalInt rank = view.rank(matMul.input(0));
    if (weights.isEmpty() || rank.isEmpty()) {
      return Optional.empty();
    }
    int axis = rank.getAsInt() - 1;
    Optional<Affine> affine =
        Affine.of(node, matMul.output(0), axis + 1, axis, (int) weights.get().dim(1), view);
    boolean fires =
        affine.isPresent() && affine.get().scales() && (!affine.get().shifts() || axis == 1);
    return fires
        ? Optional.of(scaled(matMul, node, weights.get(), affine.get(), view))
        : Optional.empty();
  }

  private static Rewrite scaled(
      Node matMul, Node node, Tensor weights, Affine affine, GraphView view) {
    String w = view.fresh(matMul.input(1));
    Rewrite rewrite =
        Rewrite.of(matMul, node).constant(w, Constants.scaled(weights, 1, affine.scale()));
    List<String> outputs = List.of(node.output(0));
    if (!affine.shifts()) {
      return rewrite.with(matMul.withInput(1, w).withOutputs(outputs));
    }
    String b = view.fresh(matMul.input(1) + ".bias");
    return rewrite
        .with(Node.of("Gemm", matMul.name(), List.of(matMul.input(0), w, b), outputs))
        .constant(b, Constants.vector(affine.shift()));
  }
}
