package dev.skerry.optimize.differentiate;

import static dev.skerry.optimize.differentiate.Convolutions.filled;
import static dev.skerry.optimize.differentiate.Convolutions.joined;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The gradient of a convolution's weights: dw[o, c, k] = Σ over n, p of g[n, o, p] x[n, c, s p + d
 * k].
 *
 * @param emit where nodes go
 * @param windows how the kernel slides over x
 * @param input shape of x, [N, C, …]
 * @param kernel shape of w, [O, C/group, k…]
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record WeightGradient(Emitter emit, Windows windows, long[] input, long[] kernel, long group) {
  /** From x and g, the gradient of the convolution's output [N, O, …]. */
  String of(String x, String g, ConvForms.WeightForm form) {
    return switch (form) {
      case CORRELATION -> allows(form) ? correlation(x, g) : columns(x, g);
      case ONE_PRODUCT -> allows(form) ? oneProduct(x, g) : columns(x, g);
      case COLUMNS -> columns(x, g);
    };
  }

  /** Whether the form is written for these channels. */
  boolean allows(ConvForms.WeightForm form) {
    return switch (form) {
      case CORRELATION -> group == 1 || kernel[1] == 1;
      case ONE_PRODUCT -> group == 1;
      case COLUMNS -> true;
    };
  }

  private long batch() {
    return input[0];
  }

  private long places() {
    return Tensor.elementCount(windows.outputs());
  }

  private long taps() {
    return Tensor.elementCount(windows.sizes());
  }

  private long[] axesFrom(int first) {
    return LongStream.range(first, first + windows.rank()).toArray();
  }

  /** Batch becomes channels; strides and dilations change places. */
  private String correlation(String x, String g) {
    boolean depthwise = group > 1;
    long images = depthwise ? batch() * group : 1;
    long outputs = kernel[0] / group; // per group
    String swappedX;
    String swappedG;
    if (depthwise) {
      swappedX = emit.reshape(x, joined(new long[] {1, images}, windows.inputs()));
      swappedG = emit.reshape(g, joined(new long[] {images * outputs, 1}, windows.outputs()));
    } else {
      long[] order = joined(new long[] {1, 0}, axesFrom(2));
      swappedX = emit.transpose(x, order);
      swappedG = emit.transpose(g, order);
    }
    Map<String, Attribute> attributes = new HashMap<>();
    attributes.put("strides", Attribute.Ints.of(windows.dilations()));
    attributes.put("dilations", Attribute.Ints.of(windows.strides()));
    attributes.put("pads", Attribute.Ints.of(windows.pads()));
    attributes.put("group", Attribute.of(images));
    String all = emit.op("Conv", attributes, swappedX, swappedG);
    int rank = windows.rank();
    String cut = emit.slice(all, new long[rank], windows.sizes(), axesFrom(2), filled(rank, 1));
    if (!depthwise) {
      return emit.transpose(cut, joined(new long[] {1, 0}, axesFrom(2)));
    }
    String perSample =
        emit.reshape(cut, joined(new long[] {batch(), kernel[0], 1}, windows.sizes()));
    return emit.sum(perSample, false, 0);
  }

  /** g [N, G, O, P] times columns [N, G, P, C K], summed over N. */
  private String columns(String x, String g) {
    String left = emit.reshape(g, batch(), group, kernel[0] / group, places());
    String right = emit.reshape(unfolded(x), batch(), group, kernel[1] * taps(), places());
    String product = emit.op("MatMul", left, emit.transpose(right, 0, 1, 3, 2));
    return emit.reshape(emit.sum(product, false, 0), kernel);
  }

  /**
   * The windows of x, [N, C K, …]. A convolution of each channel with one kernel for each tap,
   * which is one there and zero elsewhere, copies several times faster than slices do.
   */
  private String unfolded(String x) {
    boolean same =
        windows.isUnit(windows.sizes()) && windows.isUnit(windows.strides()) && !windows.isPadded();
    if (same) {
      return x;
    }
    int channels = (int) input[1];
    int taps = (int) taps();
    float[] ones = new float[channels * taps * taps];
    for (int i = 0; i < channels * taps; i++) {
      ones[i * taps + i % taps] = 1;
    }
    long[] dims = joined(new long[] {(long) channels * taps, 1}, windows.sizes());
    Map<String, Attribute> attributes = Convolutions.attributes(windows, channels);
    return emit.op("Conv", attributes, x, emit.constant("taps", Tensor.ofFloats(dims, ones)));
  }

  /** One GEMM over all samples and places: g [O, N P] times columns [K C, N P] transposed. */
  private String oneProduct(String x, String g) {
    long[] order = joined(new long[] {1, 0}, axesFrom(2));
    String left = emit.reshape(emit.transpose(g, order), kernel[0], batch() * places());
    String padded = padded(emit.transpose(x, order));
    List<String> parts = new ArrayList<>();
    for (int tap = 0; tap < taps(); tap++) {
      parts.add(tap(padded, tap));
    }
    String columns =
        parts.size() == 1
            ? parts.getFirst()
            : emit.op("Concat", Map.of("axis", Attribute.of(0L)), parts.toArray(String[]::new));
    String right = emit.reshape(columns, kernel[1] * taps(), batch() * places());
    String product = emit.op("Gemm", Map.of("transB", Attribute.of(1L)), left, right);
    String split = emit.reshape(product, kernel[0], taps(), kernel[1]);
    return emit.reshape(emit.transpose(split, 0, 2, 1), kernel);
  }

  private String padded(String x) {
    if (!windows.isPadded()) {
      return x;
    }
    long[] none = new long[2];
    long[] pads = joined(joined(none, windows.before()), joined(none, windows.after()));
    return emit.op("Pad", x, emit.longs(pads));
  }

  /** The elements of x that one tap of the kernel meets. */
  private String tap(String padded, int tap) {
    int rank = windows.rank();
    long[] starts = new long[rank];
    long[] ends = new long[rank];
    int rest = tap;
    for (int i = rank - 1; i >= 0; i--) {
      starts[i] = rest % windows.sizes()[i] * windows.dilations()[i];
      ends[i] = starts[i] + (windows.outputs()[i] - 1) * windows.strides()[i] + 1;
      rest /= (int) windows.sizes()[i];
    }
    boolean whole =
        windows.isUnit(windows.sizes())
            && windows.isUnit(windows.strides())
            && Arrays.equals(windows.inputs(), windows.outputs());
    return whole ? padded : emit.slice(padded, starts, ends, axesFrom(2), windows.strides());
  }
}
