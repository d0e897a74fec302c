package dev.skerry.optimize.differentiate;

import static dev.skerry.optimize.differentiate.Convolutions.filled;

import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rules of normalization; x̂ is the normalized input, g the gradient of the output. */
final class Normalizations {
  private Normalizations() {}

  static void batch(Place at) {
    if (at.node().intAttribute("training_mode", 0) != 0) {
      batchTraining(at);
    } else {
      batchAffine(at);
    }
  }

  /** y = a (x - μ) + β with a = γ/√(σ² + ε), where μ and σ² are constants. */
  private static void batchAffine(Place at) {
    long[] channels = perChannel(at);
    String deviation = at.emit().op("Sqrt", at.add(at.input(4), epsilon(at)));
    String g = at.gradient();
    if (at.wants(0)) {
      at.give(0, at.mul(g, at.emit().reshape(at.div(at.input(1), deviation), channels)));
    }
    String sumG = sums(at, g);
    at.give(2, sumG);
    if (at.wants(1)) {
      String centred = at.sub(sums(at, at.mul(g, at.input(0))), at.mul(sumG, at.input(3)));
      at.give(1, at.div(centred, deviation));
    }
  }

  /**
   * With the statistics of the batch: dx = γ/σ (g - mean(g) - x̂ mean(g x̂)), written as a g + b x
   * + c with one a, b, c per channel. The forward node gives μ and σ² as its second and third
   * outputs, which asks for momentum 0.
   */
  private static void batchTraining(Place at) {
    long[] shape = at.inputShape(0);
    long[] channels = perChannel(at);
    double count = (double) Tensor.elementCount(shape) / shape[1];
    String x = at.input(0);
    String g = at.gradient();
    String mean = at.extraOutput(1);
    String variance = at.add(at.extraOutput(2), epsilon(at));
    String inverse = at.emit().op("Reciprocal", at.emit().op("Sqrt", variance));
    String sumG = sums(at, g);
    // Σ g x̂ = (Σ g x - μ Σ g)/σ
    String sumGx = at.sub(sums(at, at.mul(g, x)), at.mul(mean, sumG));
    String dScale = at.mul(sumGx, inverse);
    at.give(1, dScale);
    at.give(2, sumG);
    if (at.wants(0)) {
      String a = at.mul(at.input(1), inverse);
      String share = at.scalar(1 / count);
      String b = at.emit().op("Neg", at.mul(at.mul(a, inverse), at.mul(dScale, share)));
      String c = at.emit().op("Neg", at.add(at.mul(b, mean), at.mul(a, at.mul(sumG, share))));
      String scaled = at.mul(g, at.emit().reshape(a, channels));
      String pulled =
          at.add(at.mul(x, at.emit().reshape(b, channels)), at.emit().reshape(c, channels));
      at.give(0, at.add(scaled, pulled));
    }
  }

  private static String epsilon(Place at) {
    return at.scalar(at.node().floatAttribute("epsilon", 1e-5f));
  }

  /** [1, C, 1, …]. */
  private static long[] perChannel(Place at) {
    long[] shape = at.inputShape(0);
    long[] channels = filled(shape.length, 1);
    channels[1] = shape[1];
    return channels;
  }

  /** Sums over everything but channels: [C]. */
  private static String sums(Place at, String value) {
    int rank = at.inputShape(0).length;
    // In two steps, which the engine's kernels do faster than in one.
    String perSample =
        rank == 2 ? value : at.emit().sum(value, false, LongStream.range(2, rank).toArray());
    return at.emit().sum(perSample, false, 0);
  }

  /** dx = (d - mean(d) - x̂ mean(d x̂))/σ with d = g γ, means over the normalized axes. */
  static void layer(Place at) {
    long[] shape = at.inputShape(0);
    int first = (int) Shapes.axis(at.node().intAttribute("axis", -1), shape.length);
    long[] axes = IntStream.range(first, shape.length).asLongStream().toArray();
    double count = Tensor.elementCount(Arrays.copyOfRange(shape, first, shape.length));
    String g = at.gradient();
    String centred = at.sub(at.input(0), mean(at, at.input(0), count, axes));
    String variance = mean(at, at.mul(centred, centred), count, axes);
    String inverse =
        at.emit().op("Reciprocal", at.emit().op("Sqrt", at.add(variance, epsilon(at))));
    String normalized = at.mul(centred, inverse);
    if (at.wants(1)) {
      at.giveBroadcast(1, at.mul(g, normalized), shape);
    }
    at.giveBroadcast(2, g, shape);
    if (at.wants(0)) {
      String d = at.mul(g, at.input(1));
      String pull = at.mul(normalized, mean(at, at.mul(d, normalized), count, axes));
      String rest = at.sub(at.sub(d, mean(at, d, count, axes)), pull);
      at.give(0, at.mul(rest, inverse));
    }
  }

  private static String mean(Place at, String value, double count, long... axes) {
    return at.mul(at.emit().sum(value, true, axes), at.scalar(1 / count));
  }
}
