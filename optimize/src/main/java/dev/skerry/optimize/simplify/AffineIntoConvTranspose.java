package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Optional;

/**
 * As {@link AffineIntoConv} for ConvTranspose.
 *
 * <pre>{@code
 * ConvTranspose(x, W, b) -> BatchNormalization | Mul | Div | Add | Sub -> y
 *   =>  ConvTranspose(x, W * scale, b * scale + shift) -> y
 * }</pre>
 *
 * W is [C, M/group, k...]: output channel m of a group stands on axis 1.
 */
final class AffineIntoConvTranspose implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    return node.inputs().stream()
        .limit(2)
        .flatMap(value -> view.soleProducer(value, "ConvTranspose").stream())
        .findFirst()
        .flatMap(conv -> merged(conv, node, view));
  }

  private static Optional<Rewrite> merged(Node conv, Node node, GraphView view) {
    Optional<Tensor> weights = view.floats(conv.input(1));
    if (weights.isEmpty()) {
      return Optional.empty();
    }
    Tensor w = weights.get();
    int groups = (int) conv.intAttribute("group", 1);
    int channels = (int) w.dim(1) * groups;
    Optional<double[]> bias = Bias.of(conv, channels, view);
    Optional<Affine> affine = Affine.of(node, conv.output(0), w.rank(), 1, channels, view);
    if (bias.isEmpty() || affine.isEmpty()) {
      return Optional.empty();
    }
    String newWeights = view.fresh(conv.input(1));
    return Optional.of(
        Bias.replace(conv, node, newWeights, affine.get().applied(bias.get()), view)
            .constant(newWeights, scaled(w, groups, affine.get().scale())));
  }

  private static Tensor scaled(Tensor w, int groups, double[] scale) {
    float[] data = w.toFloats();
    int perGroup = (int) w.dim(1);
    int kernel = (int) (data.length / (w.dim(0) * perGroup));
    int inputsPerGroup = (int) w.dim(0) / groups;
    for (int i = 0; i < data.length; i++) {
      int group = i / kernel / perGroup / inputsPerGroup;
      int channel = group * perGroup + i / kernel % perGroup;
      data[i] = (float) (data[i] * scale[channel]);
    }
    return Tensor.ofFloats(w.dims(), data);
  }
}
