package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An integer convolution over a number of channels that is no multiple of 4 gets channels of zeros.
 *
 * <pre>{@code
 * x -> Q -> DQ -> Conv(w[M, 3, k...])             =>  Pad(x) -> Q -> DQ -> Conv(w[M, 4, k...])
 * x[N, k..., 3] -> Transpose -> Q -> DQ -> Conv   =>  MatMul(x, [1 | 0]) -> Transpose -> Q -> ...
 * }</pre>
 *
 * The engine's fast kernel (MLAS, MlasConvSym) multiplies four input channels at a time for 16 and
 * more output channels in eights, and takes no others; three-channel pictures otherwise go through
 * a copy per window. Zero is exact on every grid, and weights and zeros multiply to nothing. Behind
 * the last axis the engine's Pad copies pixel by pixel, which a product with ones and zeros, exact
 * for finite numbers, does not.
 */
final class FullChannels implements Rule {
  private static final int CHANNELS_AT_ONCE = 4;
  private static final int LEAST_OUTPUTS = 16;
  private static final int OUTPUTS_AT_ONCE = 8;

  /** Q/DQ per channel; the Pad made here is of a later form than opset 10's. */
  private static final int OPSET_OF_QUANTIZED = 13;

  @Override
  public Optional<Rewrite> apply(Node conv, GraphView view) {
    if (!conv.is("Conv") || conv.intAttribute("group", 1) != 1) {
      return Optional.empty();
    }
    Optional<Node> dequantize = view.soleProducer(conv.input(0), "DequantizeLinear");
    Optional<Node> quantize =
        dequantize.flatMap(dq -> view.soleProducer(dq.input(0), "QuantizeLinear"));
    Optional<Node> weights = view.soleProducer(conv.input(1), "DequantizeLinear");
    Optional<Tensor> integers =
        weights
            .filter(dq -> view.onlyConsumer(dq.input(0)).isPresent() && isSymmetric(dq, view))
            .flatMap(dq -> view.constant(dq.input(0)))
            .filter(FullChannels::wouldBeFast);
    if (quantize.isEmpty() || integers.isEmpty() || view.opset() < OPSET_OF_QUANTIZED) {
      return Optional.empty();
    }
    Tensor narrow = integers.get();
    int more = (int) (CHANNELS_AT_ONCE - narrow.dim(1) % CHANNELS_AT_ONCE);
    Node q = quantize.get();
    Node dq = weights.orElseThrow();
    String filled = view.fresh(q.input(0));
    String wide = view.fresh(dq.input(0));
    Optional<Node> transpose =
        view.soleProducer(q.input(0), "Transpose").filter(FullChannels::isFromChannelsLast);
    Rewrite rewrite =
        transpose
            .map(node -> multiplied(node, (int) narrow.dim(1), more, filled, view))
            .orElseGet(() -> padded(q.input(0), narrow.rank(), more, filled, view));
    return Optional.of(
        rewrite
            .without(q, dq)
            .with(q.withInput(0, filled), dq.withInput(0, wide))
            .constant(wide, widened(narrow, more)));
  }

  private static boolean wouldBeFast(Tensor weights) {
    return weights.type() == DataType.INT8
        && weights.rank() >= 3
        && weights.dim(1) % CHANNELS_AT_ONCE != 0
        && weights.dim(0) >= LEAST_OUTPUTS
        && weights.dim(0) % OUTPUTS_AT_ONCE == 0;
  }

  private static boolean isSymmetric(Node dequantize, GraphView view) {
    return !dequantize.hasInput(2)
        || view.constant(dequantize.input(2))
            .filter(zero -> Arrays.stream(zero.toLongs()).allMatch(z -> z == 0))
            .isPresent();
  }

  /** Channels last: one product gives them and their zeros. */
  private static Rewrite multiplied(
      Node transpose, int channels, int more, String filled, GraphView view) {
    String last = view.fresh(transpose.input(0));
    String ones = view.fresh("ones");
    return Rewrite.of(transpose)
        .with(
            Node.of("MatMul", ones, List.of(transpose.input(0), ones), List.of(last)),
            transpose.withInput(0, last).withOutputs(List.of(filled)))
        .constant(ones, identity(channels, channels + more));
  }

  /** Channels first: whole planes of zeros behind those of {@code x}. */
  private static Rewrite padded(String x, int rank, int more, String filled, GraphView view) {
    long[] amounts = new long[2 * rank];
    amounts[rank + 1] = more;
    String pads = view.fresh("pads");
    return Rewrite.of()
        .with(Node.of("Pad", pads, List.of(x, pads), List.of(filled)))
        .constant(pads, Tensor.vector(amounts));
  }

  private static boolean isFromChannelsLast(Node transpose) {
    long[] perm = transpose.intsAttribute("perm").orElse(new long[0]);
    if (perm.length < 3) {
      return false;
    }
    long[] expected = new long[perm.length];
    expected[1] = perm.length - 1;
    for (int axis = 2; axis < perm.length; axis++) {
      expected[axis] = axis - 1;
    }
    return Arrays.equals(perm, expected);
  }

  private static Tensor identity(int rows, int columns) {
    float[] data = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      data[row * columns + row] = 1;
    }
    return Tensor.ofFloats(new long[] {rows, columns}, data);
  }

  /** [M, C, k...] to [M, C + more, k...], zeros behind. */
  private static Tensor widened(Tensor weights, int more) {
    long[] dims = weights.dims();
    int before = (int) (weights.elementCount() / dims[0]);
    int inner = (int) (before / dims[1]);
    int after = before + more * inner;
    byte[] old = weights.data().toArray(ValueLayout.JAVA_BYTE);
    byte[] data = new byte[(int) dims[0] * after];
    for (int filter = 0; filter < dims[0]; filter++) {
      System.arraycopy(old, filter * before, data, filter * after, before);
    }
    dims[1] += more;
    return Tensor.ofBytes(DataType.INT8, dims, data);
  }
}
