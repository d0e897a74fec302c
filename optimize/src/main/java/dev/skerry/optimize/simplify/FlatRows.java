package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A convolution over pixels whose few channels lie side by side takes them where they are.
 *
 * <pre>{@code
 * Transpose(x[N, H, W, C], [0, 3, 1, 2]) -> Conv(w[M, C, h, k], strides s, pads p)
 *   =>  Reshape(x, [0, 1, H, W * C]) -> Conv(w[M, 1, h, k * C], strides and pads * C along rows)
 * }</pre>
 *
 * A window of k pixels is k * C neighbours in memory. Only for up to 4 channels: with more, the
 * engine's kernels for blocks of channels are worth the Transpose.
 */
final class FlatRows implements Rule {
  private static final int MOST_CHANNELS = 4;
  private static final long[] CHANNELS_FIRST = {0, 3, 1, 2};

  @Override
  public Optional<Rewrite> apply(Node conv, GraphView view) {
    if (!conv.is("Conv") || conv.intAttribute("group", 1) != 1) {
      return Optional.empty();
    }
    Optional<Tensor> weights =
        view.floats(conv.input(1)).filter(w -> w.rank() == 4 && w.dim(1) <= MOST_CHANNELS);
    Optional<Node> transpose =
        view.soleProducer(conv.input(0), "Transpose")
            .filter(node ->
                Arrays.equals(node.intsAttribute("perm").orElse(new long[0]), CHANNELS_FIRST));
    Optional<Long> height =
        transpose
            .flatMap(node -> view.fact(node.input(0)))
            .filter(fact -> fact.hasRank(4))
            .map(fact -> fact.dim(1))
            .filter(size -> size != Fact.FREE);
    String auto = conv.textAttribute("auto_pad", "NOTSET");
    long[] dilations = conv.intsAttribute("dilations").orElse(new long[] {1, 1});
    if (weights.isEmpty()
        || height.isEmpty()
        || dilations[1] != 1
        || !(auto.equals("NOTSET") || auto.equals("VALID"))) {
      return Optional.empty();
    }
    Tensor w = weights.get();
    long channels = w.dim(1);
    long[] strides = conv.intsAttribute("strides").orElse(new long[] {1, 1}).clone();
    long[] pads = conv.intsAttribute("pads").orElse(new long[4]).clone();
    strides[1] *= channels;
    pads[1] *= channels;
    pads[3] *= channels;
    Node moved = transpose.orElseThrow();
    String shape = view.fresh("rows");
    String rows = view.fresh(moved.input(0));
    String flat = view.fresh(conv.input(1));
    return Optional.of(
        Rewrite.of(moved, conv)
            .with(
                Node.of("Reshape", moved.name(), List.of(moved.input(0), shape), List.of(rows)),
                conv.withInput(0, rows)
                    .withInput(1, flat)
                    .with("kernel_shape", Attribute.Ints.of(w.dim(2), w.dim(3) * channels))
                    .with("strides", Attribute.Ints.of(strides))
                    .with("pads", Attribute.Ints.of(pads)))
            .constant(shape, Tensor.vector(0, 1, height.get(), -1))
            .constant(flat, flattened(w)));
  }

  /** [M, C, h, k] to [M, 1, h, k * C], channels innermost. */
  private static Tensor flattened(Tensor weights) {
    long[] dims = weights.dims();
    int channels = (int) dims[1];
    int plane = (int) (dims[2] * dims[3]);
    float[] old = weights.toFloats();
    float[] data = new float[old.length];
    for (int i = 0; i < old.length; i++) {
      int filter = i / (channels * plane);
      int channel = i / plane % channels;
      data[(filter * plane + i % plane) * channels + channel] = old[i];
    }
    return Tensor.ofFloats(new long[] {dims[0], 1, dims[2], dims[3] * channels}, data);
  }
}
