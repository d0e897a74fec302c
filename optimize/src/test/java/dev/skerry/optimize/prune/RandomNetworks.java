package dev.skerry.optimize.prune;

import dev.skerry.graph.Model;
import dev.skerry.optimize.simplify.ModelSketch;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Small image classifiers with all that couples channels; the same seed makes the same one. */
final class RandomNetworks {
  /** [N, C, H, W]. */
  private record Value(String name, int channels, int side) {}

  private final RandomGenerator random;
  private final ModelSketch sketch = ModelSketch.opset(17);
  private int next;

  private RandomNetworks(long seed) {
    random = new SplittableRandom(seed);
  }

  static Model of(long seed) {
    return new RandomNetworks(seed).grow();
  }

  private Model grow() {
    sketch.input("x", "N", 3, 8, 8);
    Value at = conv(new Value("x", 3, 8), 4 + 4 * random.nextInt(2), 1);
    int layers = 3 + random.nextInt(8);
    for (int i = 0; i < layers; i++) {
      at = layer(at);
    }
    return ending(at).output("y").model();
  }

  private String fresh() {
    return "v" + next++;
  }

  private Value layer(Value x) {
    return switch (random.nextInt(15)) {
      case 0, 1 -> conv(x, 4 + 2 * random.nextInt(4), 1);
      case 2 -> conv(x, x.channels(), x.channels());
      case 3 -> conv(x, 2 * x.channels(), x.channels() / 2);
      case 4 -> normalized(x);
      case 5 -> unary(x, random.nextBoolean() ? "Relu" : "Sigmoid");
      case 6 -> residual(x);
      case 7 -> joined(x);
      case 8 -> x.side() > 2 ? pooled(x) : unary(x, "Tanh");
      case 9 -> padded(x);
      case 10 -> channelsLast(x);
      case 11 -> parted(x);
      case 12 -> excited(x);
      case 13 -> scaled(x);
      default -> sliced(x);
    };
  }

  private Value conv(Value x, int out, int groups) {
    String y = fresh();
    sketch.weights(y + ".w", out, x.channels() / groups, 3, 3).weights(y + ".b", out);
    String in = x.name() + " " + y + ".w" + (random.nextBoolean() ? " " + y + ".b" : "");
    sketch.node("Conv", in, y).with("group", groups).ints("pads", 1, 1, 1, 1);
    return new Value(y, out, x.side());
  }

  private Value normalized(Value x) {
    String y = fresh();
    sketch.batchNorm(x.name(), y, x.channels());
    return new Value(y, x.channels(), x.side());
  }

  private Value unary(Value x, String op) {
    String y = fresh();
    sketch.node(op, x.name(), y);
    return new Value(y, x.channels(), x.side());
  }

  private Value residual(Value x) {
    Value branch = conv(normalized(conv(x, 6, 1)), x.channels(), 1);
    String y = fresh();
    sketch.node("Add", x.name() + " " + branch.name(), y);
    return new Value(y, x.channels(), x.side());
  }

  private Value joined(Value x) {
    Value branch = conv(x, 4, 1);
    String y = fresh();
    sketch.node("Concat", x.name() + " " + branch.name(), y).with("axis", 1);
    return new Value(y, x.channels() + 4, x.side());
  }

  private Value pooled(Value x) {
    String y = fresh();
    sketch
        .node(random.nextBoolean() ? "MaxPool" : "AveragePool", x.name(), y)
        .ints("kernel_shape", 2, 2)
        .ints("strides", 2, 2);
    return new Value(y, x.channels(), x.side() / 2);
  }

  private Value padded(Value x) {
    String y = fresh();
    sketch.longs(y + ".p", 0, 0, 0, 0, 0, 0, 1, 1).node("Pad", x.name() + " " + y + ".p", y);
    return new Value(y, x.channels(), x.side() + 1);
  }

  private Value channelsLast(Value x) {
    String y = fresh();
    sketch
        .node("Transpose", x.name(), y + ".t")
        .ints("perm", 0, 2, 3, 1)
        .weights(y + ".w", x.channels(), 6)
        .node("MatMul", "%s.t %s.w".formatted(y, y), y + ".m")
        .node("Transpose", y + ".m", y)
        .ints("perm", 0, 3, 1, 2);
    return new Value(y, 6, x.side());
  }

  private Value parted(Value x) {
    Value wide = conv(x, 8, 1);
    String y = fresh();
    sketch
        .longs(y + ".s", 3, 5)
        .node("Split", wide.name() + " " + y + ".s", "%s.a %s.b".formatted(y, y))
        .with("axis", 1);
    Value a = conv(new Value(y + ".a", 3, x.side()), 4, 1);
    Value b = conv(new Value(y + ".b", 5, x.side()), 4, 1);
    sketch.node("Sub", a.name() + " " + b.name(), y);
    return new Value(y, 4, x.side());
  }

  /** Squeeze and excitation. */
  private Value excited(Value x) {
    String y = fresh();
    sketch.node("GlobalAveragePool", x.name(), y + ".g");
    Value small = conv(new Value(y + ".g", x.channels(), 1), 4, 1);
    Value gate = unary(conv(unary(small, "Relu"), x.channels(), 1), "Sigmoid");
    sketch.node("Mul", x.name() + " " + gate.name(), y);
    return new Value(y, x.channels(), x.side());
  }

  private Value scaled(Value x) {
    String y = fresh();
    sketch.weights(y + ".c", x.channels(), 1, 1).node("Add", x.name() + " " + y + ".c", y);
    return new Value(y, x.channels(), x.side());
  }

  private Value sliced(Value x) {
    Value wide = conv(x, 8, 1);
    String y = fresh();
    sketch
        .longs(y + ".from", 2)
        .longs(y + ".to", Long.MAX_VALUE)
        .longs(y + ".axes", 1)
        .node("Slice", "%s %s.from %s.to %s.axes".formatted(wide.name(), y, y, y), y);
    return new Value(y, 6, x.side());
  }

  private ModelSketch ending(Value x) {
    int features = x.channels() * x.side() * x.side();
    switch (random.nextInt(4)) {
      case 0 -> sketch.node("Flatten", x.name(), "f");
      case 1 -> sketch.longs("f.s", -1, features).node("Reshape", x.name() + " f.s", "f");
      case 2 -> sketch.longs("f.s", 0, -1).node("Reshape", x.name() + " f.s", "f");
      default -> {
        features = x.channels();
        sketch.node("ReduceMean", x.name(), "f").ints("axes", 2, 3).with("keepdims", 0);
      }
    }
    return sketch
        .weights("h.w", features, 12)
        .weights("h.b", 12)
        .node("Gemm", "f h.w h.b", "h")
        .node("Relu", "h", "hr")
        .weights("y.w", 12, 5)
        .weights("y.b", 5)
        .node("MatMul", "hr y.w", "z")
        .node("Add", "z y.b", "y");
  }
}
