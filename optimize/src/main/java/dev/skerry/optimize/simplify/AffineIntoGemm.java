package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * As {@link AffineIntoConv} for Gemm.
 *
 * <pre>{@code
 * Gemm(x, W, b) -> BatchNormalization | Mul | Div | Add | Sub -> y
 *   =>  Gemm(x, W * scale, beta * b * scale + shift, beta = 1) -> y
 * }</pre>
 *
 * W is [K, N], or [N, K] with {@code transB}; the bias is a constant of N or 1 elements in a row.
 */
final class AffineIntoGemm implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return node.inputs().stream()
        .limit(2)
        .flatMap(value -> view.soleProducer(value, "Gemm").stream())
        .findFirst()
        .flatMap(gemm -> merged(gemm, node, view));
  }

  private static Optional<Rewrite> merged(Node gemm, Node node, GraphView view) {
    Optional<Tensor> weights = view.floats(gemm.input(1)).filter(w -> w.rank() == 2);
    if (weights.isEmpty()) {
      return Optional.empty();
    }
    Tensor w = weights.get();
    int axis = gemm.intAttribute("transB", 0) != 0 ? 0 : 1;
    int channels = (int) w.dim(axis);
    double beta = gemm.floatAttribute("beta", 1);
    Optional<double[]> bias =
        Bias.of(gemm, channels, view).map(b -> Arrays.stream(b).map(v -> v * beta).toArray());
    Optional<Affine> affine = Affine.of(node, gemm.output(0), 2, 1, channels, view);
    if (bias.isEmpty() || affine.isEmpty()) {
      return Optional.empty();
    }
    String newWeights = affine.get().scales() ? view.fresh(gemm.input(1)) : gemm.input(1);
    Rewrite rewrite =
        Bias.replace(
            gemm.without("beta"), node, newWeights, affine.get().applied(bias.get()), view);
    Rewrite whole =
        new Rewrite(List.of(gemm, node), rewrite.added(), rewrite.constants(), rewrite.renamed());
    return Optional.of(
        affine.get().scales()
            ? whole.constant(newWeights, Constants.scaled(w, axis, affine.get().scale()))
            : whole);
  }
}
