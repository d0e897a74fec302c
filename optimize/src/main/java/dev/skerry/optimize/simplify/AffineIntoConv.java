package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Optional;

/**
 * BatchNormalization or per-channel arithmetic behind a convolution moves into its weights.
 *
 * <pre>{@code
 * Conv(x, W, b) -> BatchNormalization | Mul | Div | Add | Sub (constant per channel) -> y
 *   =>  Conv(x, W * scale, b * scale + shift) -> y
 * }</pre>
 *
 * The convolution's result has no other use; W [M, C/group, k...] and b [M] are constants of type
 * FLOAT. Products are computed in double precision and rounded once.
 */
final class AffineIntoConv implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return node.inputs().stream()
        .limit(2)
        .flatMap(value -> view.soleProducer(value, "Conv").stream())
        .findFirst()
        .flatMap(conv -> merged(conv, node, view));
  }

  private static Optional<Rewrite> merged(Node conv, Node node, GraphView view) {
    Optional<Tensor> weights = view.floats(conv.input(1));
    if (weights.isEmpty()) {
      return Optional.empty();
    }
    Tensor w = weights.get();
    int channels = (int) w.dim(0);
    Optional<double[]> bias = Bias.of(conv, channels, view);
    Optional<Affine> affine = Affine.of(node, conv.output(0), w.rank(), 1, channels, view);
    if (bias.isEmpty() || affine.isEmpty()) {
      return Optional.empty();
    }
    String newWeights = affine.get().scales() ? view.fresh(conv.input(1)) : conv.input(1);
    Rewrite rewrite = Bias.replace(conv, node, newWeights, affine.get().applied(bias.get()), view);
    return Optional.of(
        affine.get().scales()
            ? rewrite.constant(newWeights, Constants.scaled(w, 0, affine.get().scale()))
            : rewrite);
  }
}
