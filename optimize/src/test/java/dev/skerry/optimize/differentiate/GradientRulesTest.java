package dev.skerry.optimize.differentiate;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.ConvForms.InputForm;
import dev.skerry.optimize.differentiate.ConvForms.WeightForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every rule against finite differences, on random shapes. */
class GradientRulesTest {
  private static final int SEEDS = 6;

  /** Step in single precision: wide enough for its rounding, narrow enough for the curvature. */
  private static final double SINGLE = 4e-3;

  /** Step for what is linear in each input alone, where any is exact. */
  private static final double LINEAR = 0.25;

  private final Map<String, Consumer<GradientCase>> cases = new LinkedHashMap<>();

  @TestFactory
  Stream<DynamicTest> rule_agreesWithFiniteDifferences() {
    arithmetic();
    activations();
    products();
    convolutions();
    pooling();
    normalization();
    reductions();
    shapes();
    places();
    recurrent();
    return cases.entrySet().stream()
        .flatMap(entry ->
            Stream.iterate(1, seed -> seed <= SEEDS, seed -> seed + 1)
                .map(seed ->
                    DynamicTest.dynamicTest(
                        entry.getKey() + " " + seed,
                        () -> entry.getValue().accept(new GradientCase(seed)))));
  }

  private void arithmetic() {
    for (String op : List.of("Add", "Sub", "Mul", "Min", "Max")) {
      cases.put(op, at -> at.broadcastPair().check(op));
    }
    cases.put("Div", at -> at.range(0.5, 2).broadcastPair().check("Div"));
    cases.put("Pow", at -> at.range(0.5, 2).broadcastPair().check("Pow"));
    cases.put("Pow by 2", at -> at.input(3, 4).number(2).check("Pow"));
    cases.put("Sum", at -> at.input(2, 3).input(3).input(2, 1).check("Sum"));
    cases.put(
        "Where",
        at ->
            at.fixed(Tensor.ofBytes(DataType.BOOL, new long[] {3}, (byte) 1, (byte) 0, (byte) 1))
                .input(2, 3)
                .input(2, 1)
                .check("Where"));
    for (String op : List.of("Neg", "Abs", "Exp")) {
      cases.put(op, at -> at.input(at.between(1, 4), 3).check(op));
    }
    for (String op : List.of("Log", "Sqrt", "Reciprocal")) {
      cases.put(op, at -> at.range(0.5, 2).input(at.between(1, 4), 3).check(op));
    }
    for (String op : List.of("Sin", "Cos")) {
      cases.put(op, at -> at.input(at.between(1, 4), 3).check(op));
    }
    cases.put("Erf", at -> at.single(SINGLE).input(at.between(1, 4), 3).check("Erf"));
  }

  private void activations() {
    cases.put("Relu single", at -> at.single(SINGLE).input(at.between(1, 4), 6).check("Relu"));
    for (String op : List.of("Relu", "Sigmoid", "Tanh")) {
      cases.put(op, at -> at.range(-3, 3).input(at.between(1, 4), 6).check(op));
    }
    for (String op : List.of("HardSigmoid", "HardSwish", "LeakyRelu", "Elu", "Softplus")) {
      cases.put(op, at -> at.single(SINGLE).range(-5.1, 4.7).input(at.between(1, 4), 6).check(op));
    }
    for (String form : List.of("none", "tanh")) {
      cases.put(
          "Gelu " + form,
          at ->
              at.single(SINGLE)
                  .opset(20)
                  .with("approximate", form)
                  .range(-3, 3)
                  .input(3, 5)
                  .check("Gelu"));
    }
    cases.put(
        "PRelu",
        at -> {
          int channels = at.between(1, 4);
          at.single(SINGLE).input(2, channels, 3).input(channels, 1).check("PRelu");
        });
    cases.put("Clip", at -> at.input(4, 6).number(-0.4).number(0.3).check("Clip"));
    cases.put("Clip above", at -> at.input(4, 6).nothing().number(0.3).check("Clip"));
    for (String op : List.of("Softmax", "LogSoftmax")) {
      cases.put(op, at -> at.with("axis", at.between(-3, 2)).input(2, 3, 4).check(op));
    }
  }

  private void products() {
    cases.put(
        "Gemm",
        at -> {
          int m = at.between(1, 4);
          int k = at.between(1, 5);
          int n = at.between(1, 4);
          boolean a = at.maybe();
          boolean b = at.maybe();
          at.with("transA", a ? 1L : 0L).with("transB", b ? 1L : 0L);
          at.with("alpha", 0.5f).with("beta", 1.5f);
          at.input(a ? new long[] {k, m} : new long[] {m, k});
          at.input(b ? new long[] {n, k} : new long[] {k, n});
          at.input(at.maybe() ? new long[] {n} : new long[] {m, 1}).check("Gemm");
        });
    long[][][] shapes = {
      {{3, 4}, {4, 2}},
      {{2, 3, 4}, {4, 5}},
      {{2, 1, 3, 4}, {5, 4, 2}},
      {{4}, {4, 3}},
      {{2, 3, 4}, {4}},
      {{4}, {4}},
      {{1, 3, 4}, {2, 4, 2}},
      {{3, 4}, {2, 4, 2}},
      {{4}, {2, 4, 3}}
    };
    for (int i = 0; i < shapes.length; i++) {
      long[][] shape = shapes[i];
      cases.put("MatMul " + i, at -> at.input(shape[0]).input(shape[1]).check("MatMul"));
    }
  }

  private void convolutions() {
    for (WeightForm form : WeightForm.values()) {
      for (InputForm input : InputForm.values()) {
        ConvForms forms = ConvForms.usual().with("y0", form, input);
        String name = " " + form + " " + input;
        cases.put("Conv" + name, at -> conv(at, 1, 2).check("Conv", 1, forms));
        cases.put("Conv grouped" + name, at -> conv(at, 2, 2).check("Conv", 1, forms));
        cases.put("Conv depthwise" + name, at -> depthwise(at).check("Conv", 1, forms));
        cases.put("Conv on a line" + name, at -> conv(at, 1, 1).check("Conv", 1, forms));
        cases.put("ConvTranspose" + name, at -> convTranspose(at).check("ConvTranspose", 1, forms));
      }
    }
    cases.put("Conv in space", at -> conv(at, 1, 3).check("Conv"));
    for (String pad : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
      cases.put(
          "Conv " + pad,
          at -> {
            int stride = at.between(1, 2);
            at.single(LINEAR).with("auto_pad", pad).ints("strides", stride, stride);
            at.input(2, 2, 6, 7).input(3, 2, 3, 2).check("Conv");
          });
    }
  }

  /** A convolution with random sizes, strides, dilations and pads along {@code rank} axes. */
  private static GradientCase conv(GradientCase at, int group, int rank) {
    int channels = at.between(1, 2);
    int outputs = at.between(1, 2) * group;
    long[] input = new long[rank + 2];
    long[] kernel = new long[rank + 2];
    long[] pads = new long[2 * rank];
    long[] strides = new long[rank];
    long[] dilations = new long[rank];
    input[0] = at.between(1, 3);
    input[1] = (long) channels * group;
    kernel[0] = outputs;
    kernel[1] = channels;
    for (int i = 0; i < rank; i++) {
      input[i + 2] = at.between(5, 8);
      kernel[i + 2] = at.between(1, 3);
      pads[i] = at.between(0, 2);
      pads[rank + i] = at.between(0, 2);
      strides[i] = at.between(1, 3);
      dilations[i] = at.between(1, 2);
    }
    at.single(LINEAR).with("group", (long) group).ints("pads", pads);
    at.ints("strides", strides).ints("dilations", dilations);
    at.input(input).input(kernel);
    return at.maybe() ? at.input(outputs) : at;
  }

  private static GradientCase depthwise(GradientCase at) {
    int channels = at.between(2, 4);
    int outputs = channels * at.between(1, 2);
    int stride = at.between(1, 2);
    at.single(LINEAR).with("group", (long) channels).ints("strides", stride, stride);
    at.ints("pads", 1, 1, 1, 1);
    return at.input(2, channels, 6, 5).input(outputs, 1, 3, 3).input(outputs);
  }

  private static GradientCase convTranspose(GradientCase at) {
    int group = at.between(1, 2);
    int stride = at.between(1, 3);
    long extra = at.between(0, stride - 1);
    at.single(LINEAR).with("group", (long) group).ints("strides", stride, stride);
    at.ints("pads", at.between(0, 1), at.between(0, 1), at.between(0, 1), at.between(0, 1));
    at.ints("output_padding", extra, extra);
    int outputs = at.between(1, 2);
    at.input(2, 2L * group, 4, 5).input(2L * group, outputs, 3, at.between(2, 3));
    return at.input((long) outputs * group);
  }

  private void pooling() {
    cases.put("MaxPool", at -> pool(at.single(0.005)).check("MaxPool"));
    cases.put("AveragePool", at -> pool(at.single(LINEAR)).check("AveragePool"));
    cases.put(
        "AveragePool with pads counted",
        at -> pool(at.single(LINEAR).with("count_include_pad", 1)).check("AveragePool"));
    cases.put(
        "AveragePool over all",
        at -> at.single(LINEAR).ints("kernel_shape", 4, 4).input(2, 3, 4, 4).check("AveragePool"));
    cases.put(
        "GlobalAveragePool", at -> at.single(LINEAR).input(2, 3, 4, 5).check("GlobalAveragePool"));
    cases.put("GlobalMaxPool", at -> at.single(0.005).input(2, 3, 4, 5).check("GlobalMaxPool"));
  }

  private static GradientCase pool(GradientCase at) {
    int kernel = at.between(2, 3);
    int stride = at.between(1, 3);
    int pad = at.between(0, 1);
    at.ints("kernel_shape", kernel, kernel).ints("strides", stride, stride);
    if (at.maybe()) {
      at.ints("pads", pad, 0, pad, 1);
    } else if (kernel >= stride) {
      at.with("ceil_mode", 1L);
    }
    return at.input(at.between(1, 2), at.between(1, 2), 6, at.between(5, 6));
  }

  private void normalization() {
    cases.put(
        "BatchNormalization",
        at -> {
          int channels = at.between(1, 4);
          at.input(2, channels, 3).input(channels).input(channels);
          at.range(0.5, 1.5)
              .fixed(
                  GradientCheck.spread(
                      DataType.DOUBLE, new java.util.SplittableRandom(1), -1, 1, channels));
          at.fixed(
              GradientCheck.spread(
                  DataType.DOUBLE, new java.util.SplittableRandom(2), 0.5, 2, channels));
          at.check("BatchNormalization");
        });
    cases.put(
        "BatchNormalization in training",
        at -> {
          int channels = at.between(1, 3);
          at.with("training_mode", 1).with("momentum", 0f).with("epsilon", 0.01f);
          at.input(3, channels, 2, 2).input(channels).input(channels);
          double[] ones = java.util.stream.DoubleStream.generate(() -> 1).limit(channels).toArray();
          at.numbers(new double[channels]).numbers(ones);
          at.checkFirst("BatchNormalization", 3);
        });
    cases.put(
        "LayerNormalization",
        at -> {
          int first = at.between(1, 2);
          long[] scale = first == 1 ? new long[] {3, 4} : new long[] {4};
          at.single(SINGLE).with("axis", (long) first).with("epsilon", 0.01f);
          at.input(2, 3, 4).input(scale).input(scale).check("LayerNormalization");
        });
  }

  private void reductions() {
    for (String op : List.of("ReduceMean", "ReduceMax")) {
      cases.put(
          op,
          at ->
              at.ints("axes", at.between(0, 1), -1)
                  .with("keepdims", at.maybe() ? 1L : 0L)
                  .input(2, 3, 4)
                  .check(op));
      cases.put(op + " over all", at -> at.input(2, 3, 4).check(op));
    }
    cases.put(
        "ReduceSum",
        at ->
            at.with("keepdims", at.maybe() ? 1L : 0L)
                .input(2, 3, 4)
                .longs(at.between(0, 1), -1)
                .check("ReduceSum"));
    cases.put(
        "ReduceMean by input", at -> at.opset(18).input(2, 3, 4).longs(1).check("ReduceMean"));
  }

  private void shapes() {
    cases.put("Identity", at -> at.input(2, 3).check("Identity"));
    cases.put("Dropout", at -> at.input(2, 3).check("Dropout"));
    cases.put("Cast", at -> at.with("to", (long) DataType.DOUBLE.code()).input(2, 3).check("Cast"));
    cases.put("Reshape", at -> at.input(2, 3, 4).longs(0, -1).check("Reshape"));
    cases.put("Flatten", at -> at.input(2, 3, 4).check("Flatten"));
    cases.put("Squeeze", at -> at.input(2, 1, 4).longs(1).check("Squeeze"));
    cases.put("Unsqueeze", at -> at.input(2, 4).longs(0, 2).check("Unsqueeze"));
    cases.put("Transpose", at -> at.ints("perm", 2, 0, 1).input(2, 3, 4).check("Transpose"));
    cases.put("Transpose all", at -> at.input(2, 3, 4).check("Transpose"));
    cases.put("Expand", at -> at.input(3, 1).longs(2, 3, 4).check("Expand"));
    cases.put(
        "Concat",
        at -> at.with("axis", -2L).input(2, 1, 3).input(2, at.between(1, 3), 3).check("Concat"));
    cases.put(
        "Split",
        at -> at.with("axis", 1L).input(2, 5, 3).longs(2, 3).check("Split", 2, ConvForms.usual()));
  }

  private void places() {
    cases.put("Slice", at -> at.input(4, 5).longs(1, -4).longs(9, -1).check("Slice"));
    cases.put(
        "Slice by steps",
        at -> at.input(3, 7, 2).longs(at.between(0, 2)).longs(7).longs(1).longs(2).check("Slice"));
    cases.put(
        "Slice backwards",
        at -> at.input(3, 7).longs(-1, 0).longs(-100, 3).longs(1, 0).longs(-2, 1).check("Slice"));
    for (String mode : List.of("constant", "edge", "reflect")) {
      cases.put(
          "Pad " + mode,
          at ->
              at.with("mode", mode)
                  .input(2, 4, 3)
                  .longs(0, at.between(0, 2), 1, 0, 3, at.between(0, 2))
                  .check("Pad"));
    }
    cases.put(
        "Gather",
        at ->
            at.with("axis", (long) at.between(0, 2))
                .input(2, 2, 3)
                .fixed(Tensor.ofLongs(new long[] {2, 2}, 1, 0, -1, 1))
                .check("Gather"));
    cases.put(
        "Gather one",
        at -> at.with("axis", 1L).input(2, 3).fixed(Tensor.scalar(2L)).check("Gather"));
    for (String mode : List.of("nearest", "linear")) {
      for (String places : List.of("half_pixel", "asymmetric", "align_corners")) {
        cases.put(
            "Resize " + mode + " " + places,
            at -> {
              at.single(LINEAR).with("mode", mode).with("coordinate_transformation_mode", places);
              at.input(2, 2, at.between(2, 4), 3).nothing();
              at.fixed(Tensor.ofFloats(new long[] {4}, 1, 1, 2, at.maybe() ? 3 : 1.5f));
              at.check("Resize");
            });
      }
    }
  }

  private void recurrent() {
    for (String op : List.of("LSTM", "GRU")) {
      for (String direction : List.of("forward", "reverse", "bidirectional")) {
        cases.put(
            op + " " + direction,
            at -> {
              long gates = op.equals("GRU") ? 3 : 4;
              long directions = direction.equals("bidirectional") ? 2 : 1;
              at.single(SINGLE).with("direction", direction).with("hidden_size", 3L);
              if (op.equals("GRU") && at.maybe()) {
                at.with("linear_before_reset", 1L);
              }
              at.input(at.between(1, 4), 2, 2);
              at.input(directions, gates * 3, 2).input(directions, gates * 3, 3);
              boolean biased = at.maybe();
              at = biased ? at.input(directions, 2 * gates * 3) : at.nothing();
              if (at.maybe()) {
                at.nothing().input(directions, 2, 3);
                at = op.equals("GRU") ? at : at.input(directions, 2, 3);
              }
              at.check(op, op.equals("GRU") ? 2 : 3, ConvForms.usual());
            });
      }
    }
  }
}
