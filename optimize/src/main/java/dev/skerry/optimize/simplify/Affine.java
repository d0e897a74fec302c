package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A node read as {@code y[n, c, ...] = x[n, c, ...] * scale[c] + shift[c]}: an unfused
 * BatchNormalization, or arithmetic with a constant per channel.
 */
final class Affine {
  private final double[] scale; // [C]
  private final double[] shift; // [C]

  private Affine(double[] scale, double[] shift) {
    this.scale = scale;
    this.shift = shift;
  }

  double[] scale() {
    return scale.clone();
  }

  double[] shift() {
    return shift.clone();
  }

  /** {@code bias * scale + shift}, per channel. */
  double[] applied(double[] bias) {
    double[] result = new double[scale.length];
    for (int c = 0; c < result.length; c++) {
      result[c] = bias[c] * scale[c] + shift[c];
    }
    return result;
  }

  boolean shifts() {
    return Arrays.stream(shift).anyMatch(s -> s != 0);
  }

  boolean scales() {
    return Arrays.stream(scale).anyMatch(s -> s != 1);
  }

  /**
   * {@code node} as an affine function of {@code value}, one of its inputs.
   *
   * @param rank axes of {@code value}
   * @param axis the axis of its channels
   */
  static Optional<Affine> of(
      Node node, String value, int rank, int axis, int channels, GraphView view) {
    if (!node.domain().isEmpty()) {
      return Optional.empty();
    }
    boolean first = node.input(0).equals(value);
    return switch (node.op()) {
      case "BatchNormalization" ->
          first && axis == 1 ? ofBatchNorm(node, channels, view) : Optional.empty();
      case "Add", "Sub", "Mul", "Div" ->
          node.input(0).equals(node.input(1))
              ? Optional.empty()
              : view.constant(node.input(first ? 1 : 0))
                  .flatMap(c -> Constants.perChannel(c, rank, axis, channels))
                  .flatMap(c -> ofArithmetic(node.op(), first, c));
      default -> Optional.empty();
    };
  }

  private static Optional<Affine> ofArithmetic(String op, boolean first, double[] c) {
    double[] ones = new double[c.length];
    Arrays.fill(ones, 1);
    double[] none = new double[c.length];
    return switch (op) {
      case "Add" -> Optional.of(new Affine(ones, c));
      case "Mul" -> Optional.of(new Affine(c, none));
      case "Sub" ->
          Optional.of(
              first ? new Affine(ones, map(c, x -> -x)) : new Affine(map(ones, x -> -x), c));
      case "Div" ->
          first && Arrays.stream(c).allMatch(x -> x != 0)
              ? Optional.of(new Affine(map(c, x -> 1 / x), none))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static double[] map(double[] values, java.util.function.DoubleUnaryOperator f) {
    return Arrays.stream(values).map(f).toArray();
  }

  private static Optional<Affine> ofBatchNorm(Node node, int channels, GraphView view) {
    boolean training =
        node.intAttribute("training_mode", 0) != 0
            || node.outputs().stream().skip(1).anyMatch(view::isUsed);
    List<Tensor> parameters =
        Stream.of(1, 2, 3, 4).flatMap(i -> view.floats(node.input(i)).stream()).toList();
    if (training
        || parameters.size() != 4
        || parameters.stream().anyMatch(p -> p.elementCount() != channels)) {
      return Optional.empty();
    }
    double epsilon = node.floatAttribute("epsilon", 1e-5f);
    double[] scale = new double[channels];
    double[] shift = new double[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] = parameters.get(0).asDouble(c) / Math.sqrt(parameters.get(3).asDouble(c) + epsilon);
      shift[c] = parameters.get(1).asDouble(c) - parameters.get(2).asDouble(c) * scale[c];
    }
    return Optional.of(new Affine(scale, shift));
  }
}
