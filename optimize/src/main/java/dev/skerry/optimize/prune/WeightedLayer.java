package dev.skerry.optimize.prune;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer with a constant FLOAT weight.
 *
 * @param outAxis the weight's axis of outputs
 * @param inAxis the weight's axis of inputs over which it sums; -1 for a layer with groups
 */
record WeightedLayer(Node node, int outAxis, int inAxis) {
  /** The layers of {@code graph} in its order. */
  static List<WeightedLayer> of(Graph graph) {
    List<WeightedLayer> layers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      int out = outputAxis(node);
      Tensor weight = graph.initializers().get(node.input(1));
      if (out < 0 || weight == null || weight.type() != DataType.FLOAT) {
        continue;
      }
      boolean matrix = node.is("MatMul");
      if (matrix && weight.rank() != 2) {
        continue;
      }
      boolean grouped = node.intAttribute("group", 1) != 1;
      layers.add(new WeightedLayer(node, out, grouped ? -1 : 1 - out));
    }
    return layers;
  }

  /** The axis of a weight that holds the outputs; -1 for other operators. */
  static int outputAxis(Node node) {
    if (!node.domain().isEmpty()) {
      return -1;
    }
    return switch (node.op()) {
      case "Conv" -> 0;
      case "ConvTranspose" -> node.intAttribute("group", 1) == 1 ? 1 : 0;
      case "Gemm" -> node.intAttribute("transB", 0) == 1 ? 0 : 1;
      case "MatMul" -> 1;
      default -> -1;
    };
  }

  String weight() {
    return node.input(1);
  }

  /** The axis of the layer's input over which it sums. */
  int channelAxis(int rank) {
    return switch (node.op()) {
      case "Conv", "ConvTranspose" -> 1;
      case "Gemm" -> node.intAttribute("transA", 0) == 1 ? 0 : 1;
      default -> rank - 1;
    };
  }

  /** Multiply-adds per element of the weight, for one sample of a batch. */
  long positions(long[] input, long[] output) {
    return switch (node.op()) {
      case "Conv" -> spatial(output);
      case "ConvTranspose" -> spatial(input);
      case "Gemm" -> 1;
      default -> Tensor.elementCount(output) / output[0] / output[output.length - 1];
    };
  }

  private static long spatial(long[] dims) {
    long product = 1;
    for (int i = 2; i < dims.length; i++) {
      product *= dims[i];
    }
    return product;
  }
}
