package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random image models in the manner of exporters: layers with all the clutter that rules clear up.
 * The same seed makes the same model.
 */
final class RandomModels {
  /** A value [N, C, H, W], or [N, F] when {@code height} is 0 (F in {@code channels}). */
  private record Value(String name, int channels, int height, int width) {
    boolean isImage() {
      return height > 0;
    }

    Value named(String other) {
      return new Value(other, channels, height, width);
    }
  }

  private final RandomGenerator random;
  private final ModelSketch sketch = ModelSketch.opset(13);
  private final List<Value> values = new ArrayList<>();
  private int next;

  private RandomModels(long seed) {
    random = new SplittableRandom(seed);
  }

  static ModelSketch of(long seed) {
    return new RandomModels(seed).grow();
  }

  private ModelSketch grow() {
    Object batch = random.nextBoolean() ? "N" : (Object) (1 + random.nextInt(3));
    int channels = 1 + random.nextInt(4);
    sketch.input("x", batch, channels, 6, 7);
    values.add(new Value("x", channels, 6, 7));
    int layers = 4 + random.nextInt(20);
    for (int i = 0; i < layers; i++) {
      // Mostly go on from the newest value, so that patterns meet.
      int back = random.nextInt(4) == 0 ? random.nextInt(values.size()) : 0;
      Value from = values.get(values.size() - 1 - back);
      values.add(from.isImage() ? image(from) : dense(from));
    }
    sketch.node("Identity", values.getLast().name(), "y").output("y");
    if (random.nextInt(3) == 0) {
      String other = values.get(1 + random.nextInt(values.size() - 1)).name();
      sketch.output(other);
    }
    return sketch;
  }

  private String fresh() {
    return "v" + next++;
  }

  private Value image(Value x) {
    return switch (random.nextInt(28)) {
      case 0, 1, 2, 3 -> conv(x);
      case 4, 5 -> batchNorm(x);
      case 6, 7 -> unary(x, "Relu");
      case 8 -> unary(x, "Identity");
      case 9 -> unary(x, "Dropout");
      case 10, 11 -> arithmetic(x, x.channels(), 1, 1);
      case 12 -> pad(x);
      case 13 -> pool(x);
      case 14 -> transposed(x);
      case 15 -> join(x);
      case 16 -> slice(x);
      case 17 -> pooled(x);
      case 18 -> reshapedByShape(x);
      case 19 -> branch(x);
      case 20 -> reshaped(x);
      case 21 -> clip(x);
      case 22 -> cast(x);
      case 23 -> single(x);
      case 24 -> computed(x);
      case 25 -> upConv(x);
      case 26 -> joinTransposed(x);
      case 27 -> padUnderPool(x);
      default -> flat(x);
    };
  }

  private Value dense(Value x) {
    return switch (random.nextInt(11)) {
      case 0, 1 -> matMul(x);
      case 2 -> gemm(x);
      case 3, 4 -> batchNorm(x);
      case 5 -> unary(x, "Relu");
      case 6 -> arithmetic(x, x.channels());
      case 7 -> join(x);
      case 8 -> branch(x);
      case 9 -> scaledMatMul(x);
      default -> unary(x, random.nextBoolean() ? "Sigmoid" : "Softmax");
    };
  }

  private Value conv(Value x) {
    String y = fresh();
    boolean depthwise = random.nextInt(3) == 0;
    boolean roomy = x.height() >= 3 && x.width() >= 3;
    int kernel = roomy && random.nextBoolean() ? 3 : 1;
    int pad = kernel == 3 && random.nextBoolean() ? 1 : 0;
    int out = depthwise ? x.channels() : 1 + random.nextInt(5);
    sketch.weights(y + ".w", out, depthwise ? 1 : x.channels(), kernel, kernel);
    String in = x.name() + " " + y + ".w";
    if (random.nextBoolean()) {
      sketch.weights(y + ".b", out);
      in += " " + y + ".b";
    }
    sketch
        .node("Conv", in, y)
        .with("group", depthwise ? x.channels() : 1)
        .ints("pads", pad, pad, pad, pad);
    int less = kernel - 1 - 2 * pad;
    return new Value(y, out, x.height() - less, x.width() - less);
  }

  private Value clip(Value x) {
    String y = fresh();
    boolean bounded = random.nextBoolean();
    if (bounded) {
      sketch.node("Constant", "", y + ".min").with("value_float", 0f);
    }
    sketch.node("Clip", bounded ? x.name() + " " + y + ".min" : x.name(), y);
    return x.named(y);
  }

  private Value cast(Value x) {
    String y = fresh();
    sketch.node("Cast", x.name(), y).with("to", DataType.FLOAT.code());
    return x.named(y);
  }

  private Value single(Value x) {
    String y = fresh();
    sketch.node("Concat", x.name(), y).with("axis", 1);
    return x.named(y);
  }

  /** Scaled by what has to be computed from constants first. */
  private Value computed(Value x) {
    String y = fresh();
    sketch
        .positive(y + ".c", x.channels(), 1, 1)
        .node("Sqrt", y + ".c", y + ".r")
        .node("Mul", x.name() + " " + y + ".r", y);
    return x.named(y);
  }

  private Value upConv(Value x) {
    String y = fresh();
    int out = 1 + random.nextInt(3);
    sketch
        .weights(y + ".w", x.channels(), out, 1, 1)
        .node("ConvTranspose", x.name() + " " + y + ".w", y + ".u")
        .batchNorm(y + ".u", y, out);
    return new Value(y, out, x.height(), x.width());
  }

  private Value joinTransposed(Value x) {
    String y = fresh();
    sketch
        .node("Transpose", x.name(), y + ".a")
        .ints("perm", 0, 3, 2, 1)
        .node("Neg", x.name(), y + ".n")
        .node("Transpose", y + ".n", y + ".b")
        .ints("perm", 0, 3, 2, 1)
        .node("Concat", "%s.a %s.b".formatted(y, y), y + ".j")
        .with("axis", 3)
        .node("Transpose", y + ".j", y)
        .ints("perm", 0, 3, 2, 1);
    return new Value(y, 2 * x.channels(), x.height(), x.width());
  }

  private Value padUnderPool(Value x) {
    String y = fresh();
    sketch
        .node("Relu", x.name(), y + ".r")
        .longs(y + ".p", 0, 0, 1, 1, 0, 0, 0, 0)
        .node("Pad", "%s.r %s.p".formatted(y, y), y + ".q")
        .node("MaxPool", y + ".q", y)
        .ints("kernel_shape", 2, 2);
    return x.named(y);
  }

  private Value scaledMatMul(Value x) {
    String y = fresh();
    int out = 1 + random.nextInt(6);
    sketch
        .weights(y + ".w", x.channels(), out)
        .positive(y + ".s", out)
        .node("MatMul", x.name() + " " + y + ".w", y + ".p")
        .node("Mul", y + ".p " + y + ".s", y);
    return new Value(y, out, 0, 0);
  }

  private Value batchNorm(Value x) {
    String y = fresh();
    sketch.batchNorm(x.name(), y, x.channels());
    return x.named(y);
  }

  private Value unary(Value x, String op) {
    String y = fresh();
    sketch.node(op, x.name(), y);
    return x.named(y);
  }

  private Value arithmetic(Value x, long... dims) {
    String y = fresh();
    String op = List.of("Add", "Sub", "Mul", "Div").get(random.nextInt(4));
    if (random.nextInt(5) == 0) {
      float neutral = op.equals("Add") || op.equals("Sub") ? 0 : 1;
      sketch.constant(y + ".c", Tensor.scalar(neutral));
    } else {
      sketch.positive(y + ".c", dims);
    }
    boolean constantFirst = !op.equals("Div") && random.nextBoolean();
    sketch.node(op, constantFirst ? y + ".c " + x.name() : x.name() + " " + y + ".c", y);
    return x.named(y);
  }

  private Value pad(Value x) {
    String y = fresh();
    long top = random.nextInt(2);
    long right = random.nextInt(2);
    sketch.longs(y + ".p", 0, 0, top, 0, 0, 0, 0, right).node("Pad", x.name() + " " + y + ".p", y);
    return new Value(y, x.channels(), (int) (x.height() + top), (int) (x.width() + right));
  }

  private Value pool(Value x) {
    String y = fresh();
    int kernel = x.height() >= 2 && x.width() >= 2 ? 2 : 1;
    sketch
        .node(random.nextBoolean() ? "MaxPool" : "AveragePool", x.name(), y)
        .ints("kernel_shape", kernel, kernel);
    return new Value(y, x.channels(), x.height() - kernel + 1, x.width() - kernel + 1);
  }

  private Value transposed(Value x) {
    String a = fresh();
    String b = fresh();
    String y = fresh();
    sketch.node("Transpose", x.name(), a).ints("perm", 0, 2, 3, 1);
    sketch.node(random.nextBoolean() ? "Relu" : "Identity", a, b);
    sketch.node("Transpose", b, y).ints("perm", 0, 3, 1, 2);
    return x.named(y);
  }

  private Value join(Value x) {
    String y = fresh();
    List<Value> fitting =
        values.stream()
            .filter(v -> v.height() == x.height() && v.width() == x.width())
            .filter(v -> x.isImage() || v.channels() == x.channels())
            .toList();
    Value other = fitting.get(random.nextInt(fitting.size()));
    if (other.channels() == x.channels() && random.nextBoolean()) {
      sketch.node("Add", x.name() + " " + other.name(), y);
      return x.named(y);
    }
    sketch.node("Concat", x.name() + " " + other.name(), y).with("axis", 1);
    return new Value(y, x.channels() + other.channels(), x.height(), x.width());
  }

  private Value slice(Value x) {
    String y = fresh();
    boolean whole = random.nextBoolean() || x.height() < 2;
    sketch
        .longs(y + ".s", whole ? 0 : 1)
        .longs(y + ".e", Long.MAX_VALUE)
        .longs(y + ".a", 2)
        .node("Slice", "%s %s.s %s.e %s.a".formatted(x.name(), y, y, y), y);
    return new Value(y, x.channels(), whole ? x.height() : x.height() - 1, x.width());
  }

  private Value pooled(Value x) {
    String y = fresh();
    if (random.nextBoolean()) {
      sketch.node("ReduceMean", x.name(), y).ints("axes", 2, 3).with("keepdims", 0);
      return new Value(y, x.channels(), 0, 0);
    }
    sketch.node("GlobalAveragePool", x.name(), y);
    return new Value(y, x.channels(), 1, 1);
  }

  /** Flattened the way exporters do when the batch is free: from the shape, piece by piece. */
  private Value reshapedByShape(Value x) {
    String y = fresh();
    sketch
        .node("Shape", x.name(), y + ".shape")
        .constant(y + ".zero", Tensor.scalar(0L))
        .node("Gather", "%s.shape %s.zero".formatted(y, y), y + ".n")
        .longs(y + ".axes", 0)
        .node("Unsqueeze", "%s.n %s.axes".formatted(y, y), y + ".n1")
        .longs(y + ".rest", -1)
        .node("Concat", "%s.n1 %s.rest".formatted(y, y), y + ".form")
        .with("axis", 0)
        .node("Reshape", "%s %s.form".formatted(x.name(), y), y);
    return new Value(y, x.channels() * x.height() * x.width(), 0, 0);
  }

  private Value reshaped(Value x) {
    String y = fresh();
    sketch
        .longs(y + ".axes", 4)
        .node("Unsqueeze", x.name() + " " + y + ".axes", y + ".u")
        .node("Squeeze", y + ".u " + y + ".axes", y);
    return x.named(y);
  }

  private Value branch(Value x) {
    String y = fresh();
    boolean known = random.nextBoolean();
    String condition = y + ".c";
    if (known) {
      byte truth = (byte) random.nextInt(2);
      sketch.constant(condition, Tensor.ofBytes(DataType.BOOL, new long[0], truth));
    } else {
      sketch
          .node("ReduceMax", x.name(), y + ".m")
          .with("keepdims", 0)
          .constant(y + ".half", Tensor.scalar(0.5f))
          .node("Less", "%s.m %s.half".formatted(y, y), condition);
    }
    Graph then =
        ModelSketch.opset(13)
            .constant(y + ".one", Tensor.scalar(1f))
            .node("Mul", x.name() + " " + y + ".one", y + ".i")
            .node("Relu", y + ".i", y + ".t")
            .output(y + ".t")
            .graph();
    Graph otherwise =
        ModelSketch.opset(13).node("Identity", x.name(), y + ".e").output(y + ".e").graph();
    sketch
        .node("If", condition, y)
        .with("then_branch", new Attribute.GraphValue(then))
        .with("else_branch", new Attribute.GraphValue(otherwise));
    return x.named(y);
  }

  private Value flat(Value x) {
    String y = fresh();
    sketch.node("Flatten", x.name(), y);
    return new Value(y, x.channels() * x.height() * x.width(), 0, 0);
  }

  private Value matMul(Value x) {
    String y = fresh();
    int out = 1 + random.nextInt(6);
    sketch
        .weights(y + ".w", x.channels(), out)
        .weights(y + ".b", out)
        .node("MatMul", x.name() + " " + y + ".w", y + ".p")
        .node("Add", y + ".p " + y + ".b", y);
    return new Value(y, out, 0, 0);
  }

  private Value gemm(Value x) {
    String y = fresh();
    int out = 1 + random.nextInt(6);
    sketch
        .weights(y + ".w", out, x.channels())
        .weights(y + ".b", out)
        .node("Gemm", "%s %s.w %s.b".formatted(x.name(), y, y), y)
        .with("transB", 1);
    return new Value(y, out, 0, 0);
  }
}
