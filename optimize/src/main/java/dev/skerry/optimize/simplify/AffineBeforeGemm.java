package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Normalization in front of a dense layer moves into its weights.
 *
 * <pre>{@code
 * BatchNormalization | Mul | Add ... (x) -> Gemm(W, b) -> y
 *   =>  Gemm(x, W * scale[k], b + W * shift[k]) -> y
 * }</pre>
 *
 * The normalized value has no other use, {@code transA} is 0, alpha and beta are 1; W and b are
 * FLOAT constants.
 */
final class AffineBeforeGemm implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("Gemm") || !plain(node)) {
      return Optional.empty();
    }
    Optional<Tensor> weights = view.floats(node.input(1)).filter(w -> w.rank() == 2);
    Optional<Node> before =
        view.onlyConsumer(node.input(0)).flatMap(_ -> view.producer(node.input(0)));
    if (weights.isEmpty() || before.isEmpty()) {
      return Optional.empty();
    }
    int axis = node.intAttribute("transB", 0) != 0 ? 1 : 0;
    Tensor w = weights.get();
    Optional<double[]> bias = Bias.of(node, (int) w.dim(1 - axis), view);
    for (String x : before.get().inputs().subList(0, Math.min(2, before.get().inputs().size()))) {
      Optional<Affine> affine =
          view.hasRank(x, 2) && view.constant(x).isEmpty()
              ? Affine.of(before.get(), x, 2, 1, (int) w.dim(axis), view)
              : Optional.empty();
      if (affine.isPresent() && bias.isPresent()) {
        return Optional.of(merged(before.get(), node, x, axis, affine.get(), bias.get(), view));
      }
    }
    return Optional.empty();
  }

  private static boolean plain(Node gemm) {
    return gemm.intAttribute("transA", 0) == 0
        && gemm.floatAttribute("alpha", 1) == 1
        && gemm.floatAttribute("beta", 1) == 1;
  }

  private static Rewrite merged(
      Node before, Node gemm, String x, int axis, Affine affine, double[] bias, GraphView view) {
    Tensor w = view.floats(gemm.input(1)).orElseThrow();
    double[] b = bias.clone();
    double[] shift = affine.shift();
    int columns = (int) w.dim(1);
    float[] data = w.toFloats();
    for (int i = 0; i < data.length; i++) {
      int row = i / columns;
      int column = i % columns;
      b[axis == 0 ? column : row] += data[i] * shift[axis == 0 ? row : column];
    }
    String newWeights = view.fresh(gemm.input(1));
    String newBias = view.fresh(gemm.hasInput(2) ? gemm.input(2) : gemm.input(1) + ".bias");
    return Rewrite.of(before, gemm)
        .with(gemm.withInputs(List.of(x, newWeights, newBias)))
        .constant(newWeights, Constants.scaled(w, axis, affine.scale()))
        .constant(newBias, Constants.vector(b));
  }
}
