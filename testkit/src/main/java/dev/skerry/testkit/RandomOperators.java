package dev.skerry.testkit;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.testkit.GraphSketch.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The operators that random graphs are made of; each step adds one, or a small group. */
final class RandomOperators {
  /** Steps that find no value to work on before an Identity is added instead. */
  private static final int MAX_TRIES = 8;

  /** Largest value, in elements, that a step may make larger. */
  private static final long MAX_ELEMENTS = 4096;

  private interface Step {
    /** Adds to the sketch; false when no value fits. */
    boolean add();
  }

  private final GraphSketch sketch;
  private final List<Step> steps =
      List.of(
          this::conv,
          this::conv,
          this::batchNorm,
          this::batchNorm,
          this::activation,
          this::activation,
          this::clip,
          this::withConstant,
          this::withConstant,
          this::withValue,
          this::concat,
          this::transpose,
          this::pad,
          this::pool,
          this::globalPool,
          this::reduceMean,
          this::flatten,
          this::reshape,
          this::reshapeByShape,
          this::squeeze,
          this::gemm,
          this::gemm,
          this::matMul,
          this::softmax,
          this::slice,
          this::split,
          this::identity,
          this::branches,
          this::repeat);

  RandomOperators(GraphSketch sketch) {
    this.sketch = sketch;
  }

  void addOne() {
    for (int i = 0; i < MAX_TRIES; i++) {
      if (steps.get(sketch.random().nextInt(steps.size())).add()) {
        return;
      }
    }
    identity();
  }

  private boolean on(Predicate<Value> fits, Consumer<Value> step) {
    Optional<Value> value = sketch.pick(fits);
    value.ifPresent(step);
    return value.isPresent();
  }

  private static boolean isImage(Value value) {
    return value.rank() == 4;
  }

  private static boolean isLargeImage(Value value) {
    return isImage(value) && value.shape()[2] >= 3 && value.shape()[3] >= 3;
  }

  private static long[] with(long[] shape, int axis, long size) {
    long[] changed = shape.clone();
    changed[axis] = size;
    return changed;
  }

  /** Kernel, stride and padding of a window that slides over an image. */
  private record Window(long kernel, long stride, long begin, long end, long dilation) {
    long size(long input) {
      long reach = (kernel - 1) * dilation + 1;
      return (input + begin + end - reach) / stride + 1;
    }

    Node on(Node node) {
      return node.with("kernel_shape", Attribute.Ints.of(kernel, kernel))
          .with("strides", Attribute.Ints.of(stride, stride))
          .with("pads", Attribute.Ints.of(begin, begin, end, end));
    }
  }

  private Window window(boolean dilate) {
    long kernel = sketch.between(1, 3);
    long dilation = dilate && kernel == 2 && sketch.oneIn(3) ? 2 : 1;
    long begin = kernel == 1 ? 0 : sketch.between(0, 1);
    long end = kernel == 1 ? 0 : sketch.between(0, 1);
    return new Window(kernel, sketch.between(1, 2), begin, end, dilation);
  }

  private boolean conv() {
    return on(RandomOperators::isLargeImage, this::conv);
  }

  private void conv(Value x) {
    Window window = window(true);
    long channels = x.shape()[1];
    boolean depthwise = sketch.oneIn(3);
    long filters = depthwise ? channels : sketch.between(1, 8);
    long perGroup = depthwise ? 1 : channels;
    double scale = Math.sqrt(3.0 / (perGroup * window.kernel() * window.kernel()));
    List<String> taken = new ArrayList<>();
    taken.add(x.name());
    taken.add(sketch.weights(-scale, scale, filters, perGroup, window.kernel(), window.kernel()));
    if (sketch.oneIn(2)) {
      taken.add(sketch.weights(-0.5, 0.5, filters));
    }
    Node node =
        window
            .on(sketch.node("Conv", taken.toArray(String[]::new)))
            .with("dilations", Attribute.Ints.of(window.dilation(), window.dilation()))
            .with("group", Attribute.of(depthwise ? channels : 1));
    sketch.add(node, x.shape()[0], filters, window.size(x.shape()[2]), window.size(x.shape()[3]));
  }

  private boolean batchNorm() {
    return on(
        RandomOperators::isImage,
        x -> {
          long channels = x.shape()[1];
          Node node =
              sketch.node(
                  "BatchNormalization",
                  x.name(),
                  sketch.weights(0.5, 1.5, channels),
                  sketch.weights(-0.5, 0.5, channels),
                  sketch.weights(-0.5, 0.5, channels),
                  sketch.weights(0.5, 2, channels));
          sketch.add(node.with("epsilon", Attribute.of(1e-3f)), x.shape());
        });
  }

  private boolean activation() {
    List<String> ops =
        List.of("Relu", "Sigmoid", "Tanh", "LeakyRelu", "HardSigmoid", "Abs", "Neg", "Erf", "Elu");
    return on(
        _ -> true,
        x ->
            sketch.add(
                sketch.node(ops.get(sketch.random().nextInt(ops.size())), x.name()), x.shape()));
  }

  private boolean clip() {
    return on(
        _ -> true,
        x -> {
          String low = sketch.oneIn(3) ? "" : sketch.constant(Tensor.scalar(-0.5f));
          String high = sketch.oneIn(3) ? "" : sketch.constant(Tensor.scalar(1.5f));
          sketch.add(sketch.node("Clip", x.name(), low, high), x.shape());
        });
  }

  /** Add, Sub, Mul or Div with a scalar, one number per channel, or a whole constant. */
  private boolean withConstant() {
    return on(
        _ -> true,
        x -> {
          String op = List.of("Add", "Sub", "Mul", "Div").get(sketch.random().nextInt(4));
          String other = sketch.weights(0.5, 1.5, constantShape(x));
          boolean swap = sketch.oneIn(3) && !op.equals("Div");
          Node node = swap ? sketch.node(op, other, x.name()) : sketch.node(op, x.name(), other);
          sketch.add(node, x.shape());
        });
  }

  private long[] constantShape(Value x) {
    return switch (sketch.between(0, 3)) {
      case 0 -> new long[0];
      case 1 -> x.rank() == 4 ? new long[] {x.shape()[1], 1, 1} : new long[] {1};
      case 2 -> x.rank() == 0 ? new long[0] : new long[] {x.shape()[x.rank() - 1]};
      default -> x.shape();
    };
  }

  private boolean withValue() {
    return on(
        _ -> true,
        x -> {
          String op = List.of("Add", "Sub", "Max", "Min").get(sketch.random().nextInt(4));
          Value other = sketch.pick(value -> Arrays.equals(value.shape(), x.shape())).orElse(x);
          sketch.add(sketch.node(op, x.name(), other.name()), x.shape());
        });
  }

  private boolean concat() {
    return on(
        x -> x.rank() > 0 && x.elements() < MAX_ELEMENTS,
        x -> {
          int axis = sketch.random().nextInt(x.rank());
          Value other =
              sketch
                  .pick(value ->
                      value.rank() == x.rank()
                          && Arrays.equals(with(value.shape(), axis, 0), with(x.shape(), axis, 0)))
                  .orElse(x);
          Node node = sketch.node("Concat", x.name(), other.name());
          sketch.add(
              node.with("axis", Attribute.of((long) (sketch.oneIn(3) ? axis - x.rank() : axis))),
              with(x.shape(), axis, x.shape()[axis] + other.shape()[axis]));
        });
  }

  private boolean transpose() {
    return on(
        x -> x.rank() > 1,
        x -> {
          List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
          if (x.rank() == 4 && !sketch.oneIn(4)) {
            order = sketch.oneIn(2) ? List.of(0, 2, 3, 1) : List.of(0, 3, 1, 2);
          } else {
            Collections.shuffle(order, sketch.random());
          }
          long[] perm = order.stream().mapToLong(Integer::longValue).toArray();
          long[] shape = LongStream.of(perm).map(axis -> x.shape()[(int) axis]).toArray();
          sketch.add(
              sketch.node("Transpose", x.name()).with("perm", Attribute.Ints.of(perm)), shape);
        });
  }

  private boolean pad() {
    return on(
        x -> isLargeImage(x) && x.elements() < MAX_ELEMENTS,
        x -> {
          long[] pads = new long[8];
          for (int axis : new int[] {2, 3, 6, 7}) {
            pads[axis] = sketch.between(0, 2);
          }
          String mode = List.of("constant", "reflect", "edge").get(sketch.random().nextInt(3));
          String amounts = sketch.constant(Tensor.vector(pads));
          Node node =
              mode.equals("constant") && sketch.oneIn(3)
                  ? sketch.node("Pad", x.name(), amounts, sketch.constant(Tensor.scalar(0.25f)))
                  : sketch.node("Pad", x.name(), amounts);
          long[] shape = x.shape().clone();
          for (int axis = 2; axis < 4; axis++) {
            shape[axis] += pads[axis] + pads[axis + 4];
          }
          sketch.add(node.with("mode", Attribute.of(mode)), shape);
        });
  }

  private boolean pool() {
    return on(
        RandomOperators::isLargeImage,
        x -> {
          Window window = window(false);
          boolean average = sketch.oneIn(2);
          Node node = window.on(sketch.node(average ? "AveragePool" : "MaxPool", x.name()));
          if (average && sketch.oneIn(2)) {
            node = node.with("count_include_pad", Attribute.of(1L));
          }
          sketch.add(
              node,
              x.shape()[0],
              x.shape()[1],
              window.size(x.shape()[2]),
              window.size(x.shape()[3]));
        });
  }

  private boolean globalPool() {
    return on(
        RandomOperators::isImage,
        x ->
            sketch.add(
                sketch.node(sketch.oneIn(3) ? "GlobalMaxPool" : "GlobalAveragePool", x.name()),
                x.shape()[0],
                x.shape()[1],
                1,
                1));
  }

  private boolean reduceMean() {
    return on(
        RandomOperators::isImage,
        x -> {
          boolean keep = sketch.oneIn(2);
          Attribute axes = sketch.oneIn(2) ? Attribute.Ints.of(2, 3) : Attribute.Ints.of(-2, -1);
          Node node =
              sketch
                  .node("ReduceMean", x.name())
                  .with("axes", axes)
                  .with("keepdims", Attribute.of(keep ? 1L : 0L));
          sketch.add(
              node,
              keep
                  ? new long[] {x.shape()[0], x.shape()[1], 1, 1}
                  : new long[] {x.shape()[0], x.shape()[1]});
        });
  }

  private boolean flatten() {
    return on(
        x -> x.rank() > 1,
        x ->
            sketch.add(
                sketch.node("Flatten", x.name()).with("axis", Attribute.of(1L)),
                x.shape()[0],
                x.elements() / x.shape()[0]));
  }

  private boolean reshape() {
    return on(
        x -> x.rank() > 1,
        x -> {
          long rest = x.elements() / x.shape()[0];
          boolean split = rest % 2 == 0 && sketch.oneIn(2);
          long[] shape =
              split ? new long[] {x.shape()[0], 2, rest / 2} : new long[] {x.shape()[0], rest};
          long[] asked = with(shape, shape.length - 1, -1);
          if (sketch.oneIn(2)) {
            asked[0] = 0;
          }
          String wanted = sketch.constant(Tensor.vector(asked));
          sketch.add(sketch.node("Reshape", x.name(), wanted), shape);
        });
  }

  /** Flattens by a shape that nodes compute, as exporters of dynamic models do. */
  private boolean reshapeByShape() {
    return on(
        x -> x.rank() > 1,
        x -> {
          Node shape = sketch.node("Shape", x.name());
          sketch.addHidden(shape);
          Node batch =
              sketch
                  .node("Gather", shape.output(0), sketch.constant(Tensor.scalar(0L)))
                  .with("axis", Attribute.of(0L));
          sketch.addHidden(batch);
          Node axis = sketch.node("Unsqueeze", batch.output(0), sketch.constant(Tensor.vector(0)));
          sketch.addHidden(axis);
          Node wanted =
              sketch
                  .node("Concat", axis.output(0), sketch.constant(Tensor.vector(-1)))
                  .with("axis", Attribute.of(0L));
          sketch.addHidden(wanted);
          sketch.add(
              sketch.node("Reshape", x.name(), wanted.output(0)),
              x.shape()[0],
              x.elements() / x.shape()[0]);
        });
  }

  /** Takes an axis of size 1 away or puts one in. */
  private boolean squeeze() {
    return on(
        x -> x.rank() >= 1 && x.rank() <= 4,
        x -> {
          int last = x.rank() - 1;
          if (x.rank() > 1 && x.shape()[last] == 1) {
            String axes = sketch.constant(Tensor.vector(last));
            sketch.add(sketch.node("Squeeze", x.name(), axes), Arrays.copyOf(x.shape(), last));
          } else {
            String axes = sketch.constant(Tensor.vector(-1));
            sketch.add(
                sketch.node("Unsqueeze", x.name(), axes),
                with(Arrays.copyOf(x.shape(), last + 2), last + 1, 1));
          }
        });
  }

  private boolean gemm() {
    return on(
        x -> x.rank() == 2,
        x -> {
          long features = x.shape()[1];
          long wanted = sketch.between(1, 12);
          boolean transposed = sketch.oneIn(2);
          double scale = Math.sqrt(3.0 / features);
          String weights =
              transposed
                  ? sketch.weights(-scale, scale, wanted, features)
                  : sketch.weights(-scale, scale, features, wanted);
          Node node =
              sketch.oneIn(3)
                  ? sketch.node("Gemm", x.name(), weights)
                  : sketch.node("Gemm", x.name(), weights, sketch.weights(-0.5, 0.5, wanted));
          node = node.with("transB", Attribute.of(transposed ? 1L : 0L));
          if (sketch.oneIn(4)) {
            node = node.with("alpha", Attribute.of(0.5f)).with("beta", Attribute.of(1.5f));
          }
          sketch.add(node, x.shape()[0], wanted);
        });
  }

  /** MatMul, in two of three cases with an Add of a bias behind it. */
  private boolean matMul() {
    return on(
        x -> x.rank() >= 2,
        x -> {
          int last = x.rank() - 1;
          long wanted = sketch.between(1, 8);
          double scale = Math.sqrt(3.0 / x.shape()[last]);
          String weights = sketch.weights(-scale, scale, x.shape()[last], wanted);
          Node node = sketch.node("MatMul", x.name(), weights);
          sketch.add(node, with(x.shape(), last, wanted));
          if (!sketch.oneIn(3)) {
            String bias = sketch.weights(-0.5, 0.5, wanted);
            sketch.add(sketch.node("Add", node.output(0), bias), with(x.shape(), last, wanted));
          }
        });
  }

  private boolean softmax() {
    return on(
        x -> x.rank() > 0,
        x ->
            sketch.add(
                sketch.node("Softmax", x.name()).with("axis", Attribute.of(-1L)), x.shape()));
  }

  private boolean slice() {
    return on(
        x -> x.rank() > 0 && x.shape()[x.rank() - 1] > 1,
        x -> {
          int axis = x.rank() - 1;
          long size = x.shape()[axis];
          long start = size > 2 && sketch.oneIn(2) ? 1 : 0;
          long end = sketch.oneIn(2) ? size : size - 1;
          Node node =
              sketch.node(
                  "Slice",
                  x.name(),
                  sketch.constant(Tensor.vector(start)),
                  sketch.constant(Tensor.vector(end == size ? Long.MAX_VALUE : end)),
                  sketch.constant(Tensor.vector(axis)));
          sketch.add(node, with(x.shape(), axis, end - start));
        });
  }

  /** Splits the channels of an image in two; each part can be taken on. */
  private boolean split() {
    return on(
        x -> isImage(x) && x.shape()[1] > 1,
        x -> {
          long first = sketch.between(1, (int) x.shape()[1] - 1);
          long second = x.shape()[1] - first;
          String sizes = sketch.constant(Tensor.vector(first, second));
          String other = sketch.fresh("split");
          Node node = sketch.node("Split", x.name(), sizes).with("axis", Attribute.of(1L));
          sketch.add(node.withOutputs(List.of(node.output(0), other)), with(x.shape(), 1, first));
          sketch.add(sketch.node("Identity", other), with(x.shape(), 1, second));
        });
  }

  private boolean identity() {
    return on(
        _ -> true,
        x -> {
          String op = List.of("Identity", "Dropout", "Cast").get(sketch.random().nextInt(3));
          Node node = sketch.node(op, x.name());
          if (op.equals("Cast")) {
            node = node.with("to", Attribute.of((long) DataType.FLOAT.code()));
          }
          sketch.add(node, x.shape());
        });
  }

  /** An If on a sum of the value's elements; both branches take it from around them. */
  private boolean branches() {
    if (!sketch.oneIn(3)) {
      return false;
    }
    return on(
        x -> x.rank() > 0,
        x -> {
          Node sum = sketch.node("ReduceSum", x.name()).with("keepdims", Attribute.of(0L));
          sketch.addHidden(sum);
          Node choice = sketch.node("Greater", sum.output(0), sketch.constant(Tensor.scalar(0.1f)));
          sketch.addHidden(choice);
          Node node =
              sketch
                  .node("If", choice.output(0))
                  .with("then_branch", sketch.branch(sketch.node("Relu", x.name()), x.shape()))
                  .with("else_branch", sketch.branch(sketch.node("Neg", x.name()), x.shape()));
          sketch.add(node, x.shape());
        });
  }

  private boolean repeat() {
    return sketch.repeatNode();
  }
}
