package dev.skerry.optimize.differentiate;

import static dev.skerry.optimize.differentiate.Convolutions.filled;

import dev.skerry.graph.Node;
import java.util.Arrays;

/**
 * The geometry of a sliding window, worked out for one input size.
 *
 * @param sizes of the window along each spatial axis, and so on
 * @param inputs sizes of the input's spatial axes
 * @param outputs sizes of the output's spatial axes
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Windows(
    long[] sizes,
    long[] strides,
    long[] dilations,
    long[] before,
    long[] after,
    long[] inputs,
    long[] outputs) {
  /**
   * The windows of a convolution or pooling.
   *
   * @param input [N, C, …]
   * @param output [N, C, …]
   */
  static Windows of(Node node, long[] sizes, long[] input, long[] output) {
    int rank = sizes.length;
    long[] strides = node.intsAttribute("strides").orElseGet(() -> filled(rank, 1));
    long[] dilations = node.intsAttribute("dilations").orElseGet(() -> filled(rank, 1));
    long[] inputs = Arrays.copyOfRange(input, 2, input.length);
    long[] outputs = Arrays.copyOfRange(output, 2, output.length);
    long[] before = new long[rank];
    long[] after = new long[rank];
    String auto = node.textAttribute("auto_pad", "NOTSET");
    long[] pads = node.intsAttribute("pads").orElseGet(() -> new long[2 * rank]);
    for (int i = 0; i < rank; i++) {
      if (auto.startsWith("SAME")) {
        long reach = (outputs[i] - 1) * strides[i] + (sizes[i] - 1) * dilations[i] + 1;
        long total = Math.max(0, reach - inputs[i]);
        before[i] = auto.equals("SAME_LOWER") ? total - total / 2 : total / 2;
        after[i] = total - before[i];
      } else if (auto.equals("NOTSET")) {
        before[i] = pads[i];
        after[i] = pads[rank + i];
      }
    }
    return new Windows(sizes, strides, dilations, before, after, inputs, outputs);
  }

  int rank() {
    return sizes.length;
  }

  /** The distance from the first to the last element of a window, along an axis. */
  long span(int axis) {
    return (sizes[axis] - 1) * dilations[axis];
  }

  /** Begins, then ends, as ONNX lists them. */
  long[] pads() {
    long[] pads = Arrays.copyOf(before, 2 * rank());
    System.arraycopy(after, 0, pads, rank(), rank());
    return pads;
  }

  boolean isPadded() {
    return Arrays.stream(pads()).anyMatch(size -> size != 0);
  }

  boolean isUnit(long... values) {
    return Arrays.stream(values).allMatch(value -> value == 1);
  }
}
