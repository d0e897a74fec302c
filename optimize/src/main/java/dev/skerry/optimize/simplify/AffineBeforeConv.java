package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Normalization in front of a convolution moves into its weights.
 *
 * <pre>{@code
 * BatchNormalization | Mul | Add ... (x) -> Conv(W, b) -> y
 *   =>  Conv(x, W * scale[c], b + sum over W * shift[c]) -> y
 * }</pre>
 *
 * The normalized value has no other use; W and b are FLOAT constants. With padding only a pure
 * scale may move, since the padding's zeros would not be shifted.
 */
final class AffineBeforeConv implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<Tensor> weights = view.floats(node.input(1));
    if (!node.is("Conv") || weights.isEmpty()) {
      return Optional.empty();
    }
    Tensor w = weights.get();
    int inputs = (int) (w.dim(1) * node.intAttribute("group", 1));
    Optional<Node> before =
        view.onlyConsumer(node.input(0)).flatMap(_ -> view.producer(node.input(0)));
    Optional<double[]> bias = Bias.of(node, (int) w.dim(0), view);
    if (before.isEmpty() || bias.isEmpty()) {
      return Optional.empty();
    }
    for (String x : before.get().inputs().subList(0, Math.min(2, before.get().inputs().size()))) {
      Optional<Affine> affine =
          view.hasRank(x, w.rank()) && view.constant(x).isEmpty()
              ? Affine.of(before.get(), x, w.rank(), 1, inputs, view)
              : Optional.empty();
      if (affine.isPresent() && (!affine.get().shifts() || unpadded(node))) {
        return Optional.of(merged(before.get(), node, x, w, affine.get(), bias.get(), view));
      }
    }
    return Optional.empty();
  }

  private static boolean unpadded(Node conv) {
    boolean pads =
        conv.intsAttribute("pads").filter(p -> Arrays.stream(p).anyMatch(v -> v != 0)).isPresent();
    String auto = conv.textAttribute("auto_pad", "NOTSET");
    return !pads && (auto.equals("NOTSET") || auto.equals("VALID"));
  }

  private static Rewrite merged(
      Node before, Node conv, String x, Tensor w, Affine affine, double[] bias, GraphView view) {
    float[] data = w.toFloats(); // [M, C/group, k...]
    double[] scale = affine.scale();
    double[] shift = affine.shift();
    int perGroup = (int) w.dim(1);
    int kernel = data.length / ((int) w.dim(0) * perGroup);
    int outputsPerGroup = (int) (w.dim(0) / conv.intAttribute("group", 1));
    double[] b = bias.clone();
    for (int i = 0; i < data.length; i++) {
      int out = i / kernel / perGroup;
      int in = out / outputsPerGroup * perGroup + i / kernel % perGroup;
      b[out] += data[i] * shift[in];
      data[i] = (float) (data[i] * scale[in]);
    }
    String newWeights = view.fresh(conv.input(1));
    String newBias = view.fresh(conv.hasInput(2) ? conv.input(2) : conv.input(1) + ".bias");
    return Rewrite.of(before, conv)
        .with(conv.withInputs(List.of(x, newWeights, newBias)))
        .constant(newWeights, Tensor.ofFloats(w.dims(), data))
        .constant(newBias, Constants.vector(b));
  }
}
