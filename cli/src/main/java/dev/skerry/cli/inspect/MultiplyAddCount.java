package dev.skerry.cli.inspect;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.Optional;
import java.util.OptionalLong;

/** Multiply-add operations of one inference at batch 1, from shapes alone. */
final class MultiplyAddCount {
  private final Shapes shapes;

  private MultiplyAddCount(Shapes shapes) {
    this.shapes = shapes;
  }

  /** The count over {@code graph}'s own nodes; graphs inside nodes may run any number of times. */
  static ModelFacts.MultiplyAdds of(Graph graph) {
    MultiplyAddCount count = new MultiplyAddCount(Shapes.of(graph));
    long total = 0;
    int counted = 0;
    int uncounted = 0;
    for (Node node : graph.nodes()) {
      if (!multiplies(node)) {
        continue;
      }
      OptionalLong found = count.of(node);
      total += found.orElse(0);
      counted += found.isPresent() ? 1 : 0;
      uncounted += found.isPresent() ? 0 : 1;
    }
    return new ModelFacts.MultiplyAdds(total, counted, uncounted);
  }

  private static boolean multiplies(Node node) {
    return switch (node.op()) {
      case "Conv", "ConvInteger", "QLinearConv", "ConvTranspose" -> true;
      case "MatMul", "MatMulInteger", "QLinearMatMul", "Gemm" -> true;
      case "LSTM", "GRU", "RNN" -> true;
      default -> false;
    };
  }

  private OptionalLong of(Node node) {
    return switch (node.op()) {
      case "Conv", "ConvInteger" -> convolution(node.output(0), node.input(1));
      case "QLinearConv" -> convolution(node.output(0), node.input(3));
      case "ConvTranspose" -> convolution(node.input(0), node.input(1));
      case "Gemm" -> product(node.output(0), node.input(0), node.intAttribute("transA", 0) == 1);
      case "MatMul", "MatMulInteger", "QLinearMatMul" ->
          product(node.output(0), node.input(0), false);
      default -> recurrent(node);
    };
  }

  /** Every element of {@code moved} [N, C, spatial...] meets one filter of {@code weight}. */
  private OptionalLong convolution(String moved, String weight) {
    Optional<long[]> elements = shapes.of(moved);
    Optional<long[]> filter = shapes.of(weight);
    if (elements.isEmpty() || filter.isEmpty()) {
      return OptionalLong.empty();
    }
    long perElement = Tensor.elementCount(filter.get()) / Math.max(1, filter.get()[0]);
    return OptionalLong.of(Tensor.elementCount(elements.get()) * perElement);
  }

  private OptionalLong product(String output, String left, boolean transposed) {
    Optional<long[]> elements = shapes.of(output);
    Optional<long[]> rows = shapes.of(left).filter(shape -> shape.length >= 2);
    if (elements.isEmpty() || rows.isEmpty()) {
      return OptionalLong.empty();
    }
    long[] shape = rows.get();
    long depth = shape[shape.length - (transposed ? 2 : 1)];
    return OptionalLong.of(Tensor.elementCount(elements.get()) * depth);
  }

  /** Input [steps, batch, features]: each step multiplies by both weight matrices. */
  private OptionalLong recurrent(Node node) {
    Optional<long[]> input = shapes.of(node.input(0)).filter(shape -> shape.length == 3);
    Optional<long[]> weight = shapes.of(node.input(1));
    Optional<long[]> recurrence = shapes.of(node.input(2));
    if (input.isEmpty() || weight.isEmpty() || recurrence.isEmpty()) {
      return OptionalLong.empty();
    }
    long perStep = Tensor.elementCount(weight.get()) + Tensor.elementCount(recurrence.get());
    return OptionalLong.of(input.get()[0] * input.get()[1] * perStep);
  }
}
