package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Attribute;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rules of convolutions with any group, stride, dilation and padding. */
final class Convolutions {
  private Convolutions() {}

  /** x [N, C, …], w [O, C/group, k…], y [N, O, …]. */
  static void conv(Place at) {
    long[] kernel = at.inputShape(1);
    Windows windows =
        Windows.of(
            at.node(),
            Arrays.copyOfRange(kernel, 2, kernel.length),
            at.inputShape(0),
            at.outputShape());
    String g = at.gradient();
    if (at.wants(0)) {
      at.give(0, inputGradient(at, windows));
    }
    if (at.wants(1)) {
      WeightGradient gradient =
          new WeightGradient(at.emit(), windows, at.inputShape(0), kernel, group(at));
      ConvForms.WeightForm form = at.forms().weight(at.output(), windows, kernel, group(at));
      at.give(1, gradient.of(at.input(0), g, form));
    }
    giveBias(at);
  }

  private static void giveBias(Place at) {
    if (at.wants(2)) {
      int rank = at.outputShape().length;
      long[] places = LongStream.range(2, rank).toArray();
      at.give(2, at.emit().sum(at.emit().sum(at.gradient(), false, places), false, 0));
    }
  }

  private static long group(Place at) {
    return at.node().intAttribute("group", 1);
  }

  private static String inputGradient(Place at, Windows windows) {
    boolean mirrors =
        at.forms().input(at.output()) == ConvForms.InputForm.MIRRORED
            && windows.isUnit(windows.strides())
            && IntStream.range(0, windows.rank()).allMatch(i -> fits(windows, i));
    return mirrors ? mirrored(at, windows) : transposed(at, windows);
  }

  private static boolean fits(Windows windows, int axis) {
    return windows.before()[axis] <= windows.span(axis)
        && windows.after()[axis] <= windows.span(axis);
  }

  /** What the strides left over at the end is restored by {@code output_padding}. */
  private static String transposed(Place at, Windows windows) {
    long[] left = new long[windows.rank()];
    for (int i = 0; i < left.length; i++) {
      long made =
          (windows.outputs()[i] - 1) * windows.strides()[i]
              - windows.before()[i]
              - windows.after()[i]
              + windows.span(i)
              + 1;
      left[i] = windows.inputs()[i] - made;
    }
    Map<String, Attribute> attributes = attributes(windows, group(at));
    attributes.put("output_padding", Attribute.Ints.of(left));
    return at.emit().op("ConvTranspose", attributes, at.gradient(), at.input(1));
  }

  /** w mirrored, with the channels of input and output swapped within each group. */
  private static String mirrored(Place at, Windows windows) {
    long[] kernel = at.inputShape(1);
    int rank = windows.rank();
    long group = group(at);
    String mirrored = windows.isUnit(windows.sizes()) ? at.input(1) : mirror(at, rank);
    String swapped = swapChannels(at, mirrored, kernel, group);
    long[] pads = new long[2 * rank];
    for (int i = 0; i < rank; i++) {
      pads[i] = windows.span(i) - windows.before()[i];
      pads[rank + i] = windows.span(i) - windows.after()[i];
    }
    Map<String, Attribute> attributes = attributes(windows, group);
    attributes.put("pads", Attribute.Ints.of(pads));
    return at.emit().op("Conv", attributes, at.gradient(), swapped);
  }

  private static String mirror(Place at, int rank) {
    long[] last = filled(rank, -1);
    long[] beforeFirst = filled(rank, Long.MIN_VALUE + 1);
    long[] axes = LongStream.range(2, rank + 2).toArray();
    return at.emit().slice(at.input(1), last, beforeFirst, axes, filled(rank, -1));
  }

  private static String swapChannels(Place at, String weight, long[] kernel, long group) {
    long outputs = kernel[0] / group;
    if (outputs == 1 && kernel[1] == 1) {
      return weight;
    }
    int rank = kernel.length - 2;
    long[] places = Arrays.copyOfRange(kernel, 2, kernel.length);
    String grouped =
        at.emit().reshape(weight, joined(new long[] {group, outputs, kernel[1]}, places));
    long[] order = joined(new long[] {0, 2, 1}, LongStream.range(3, 3 + rank).toArray());
    return at.emit()
        .reshape(
            at.emit().transpose(grouped, order),
            joined(new long[] {group * kernel[1], outputs}, places));
  }

  /** x [N, C, …], w [C, O/group, k…], y [N, O, …]: a convolution the other way round. */
  static void convTranspose(Place at) {
    long[] kernel = at.inputShape(1);
    // The windows slide over the output here.
    Windows windows = transposedWindows(at, Arrays.copyOfRange(kernel, 2, kernel.length));
    if (at.wants(0)) {
      Map<String, Attribute> attributes = attributes(windows, group(at));
      at.give(0, at.emit().op("Conv", attributes, at.gradient(), at.input(1)));
    }
    if (at.wants(1)) {
      WeightGradient gradient =
          new WeightGradient(at.emit(), windows, at.outputShape(), kernel, group(at));
      ConvForms.WeightForm form = at.forms().weight(at.output(), windows, kernel, group(at));
      at.give(1, gradient.of(at.gradient(), at.input(0), form));
    }
    giveBias(at);
  }

  /** Pads follow from the sizes where {@code auto_pad} or {@code output_shape} decides them. */
  private static Windows transposedWindows(Place at, long[] sizes) {
    Windows declared = Windows.of(at.node(), sizes, at.outputShape(), at.inputShape(0));
    String auto = at.node().textAttribute("auto_pad", "NOTSET");
    boolean derived = auto.startsWith("SAME") || at.node().attribute("output_shape").isPresent();
    if (!derived) {
      return declared;
    }
    long[] before = new long[sizes.length];
    long[] after = new long[sizes.length];
    long[] extra = at.node().intsAttribute("output_padding").orElse(new long[sizes.length]);
    for (int i = 0; i < sizes.length; i++) {
      long whole =
          (declared.outputs()[i] - 1) * declared.strides()[i] + declared.span(i) + 1 + extra[i];
      long total = whole - declared.inputs()[i];
      before[i] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
      after[i] = total - before[i];
    }
    return new Windows(
        sizes,
        declared.strides(),
        declared.dilations(),
        before,
        after,
        declared.inputs(),
        declared.outputs());
  }

  static Map<String, Attribute> attributes(Windows windows, long group) {
    Map<String, Attribute> attributes = new HashMap<>();
    attributes.put("strides", Attribute.Ints.of(windows.strides()));
    attributes.put("dilations", Attribute.Ints.of(windows.dilations()));
    attributes.put("pads", Attribute.Ints.of(windows.pads()));
    attributes.put("group", Attribute.of(group));
    return attributes;
  }

  static long[] joined(long[] first, long... second) {
    return LongStream.concat(LongStream.of(first), LongStream.of(second)).toArray();
  }

  static long[] filled(int length, long value) {
    return LongStream.generate(() -> value).limit(length).toArray();
  }
}
