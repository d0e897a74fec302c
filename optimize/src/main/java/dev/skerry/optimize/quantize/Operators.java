package dev.skerry.optimize.quantize;

import dev.skerry.graph.DataType;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the engine's CPU kernels do with an operator between DequantizeLinear and QuantizeLinear.
 *
 * <p>Source: qdq_selector_action_transformer.cc and qdq_selectors.cc of ONNX Runtime 1.29, checked
 * by looking at optimized models. An operator that is not named here would stay float between its
 * Q/DQ pairs, which only adds cost.
 */
final class Operators {
  /**
   * Matrix operators with fewer than this many inputs or outputs lose more to Q/DQ than they win.
   */
  private static final int LEAST_MATRIX_SIDE = 8;

  private static final Set<String> KERNELS =
      Set.of("Add", "Mul", "Concat", "AveragePool", "GlobalAveragePool", "LeakyRelu", "Sigmoid");
  private static final Set<String> POOLS = Set.of("AveragePool", "GlobalAveragePool", "MaxPool");
  private static final Set<String> MOVES =
      Set.of(
          "MaxPool",
          "Reshape",
          "Flatten",
          "Transpose",
          "Squeeze",
          "Unsqueeze",
          "Slice",
          "DepthToSpace",
          "Resize");

  private Operators() {}

  /**
   * Whether {@code node} multiplies its first input by constant weights: the reason to quantize.
   */
  static boolean isWeighted(Node node, GraphIndex index) {
    if (node.is("Conv")) {
      return weight(node, index).isPresent() && isFedAndBiased(node, index);
    }
    if (node.is("Gemm")) {
      return node.floatAttribute("alpha", 1) == 1
          && node.floatAttribute("beta", 1) == 1
          && node.intAttribute("transA", 0) == 0
          && isWideMatrix(node, index)
          && isFedAndBiased(node, index);
    }
    return node.is("MatMul") && isWideMatrix(node, index) && isFedAndBiased(node, index);
  }

  private static boolean isWideMatrix(Node node, GraphIndex index) {
    return weight(node, index)
        .filter(w -> w.rank() == 2 && Math.min(w.dim(0), w.dim(1)) >= LEAST_MATRIX_SIDE)
        .isPresent();
  }

  /** Whether the input is no initializer, and the bias, if any, a constant per output channel. */
  private static boolean isFedAndBiased(Node node, GraphIndex index) {
    return !index.graph().initializers().containsKey(node.input(0))
        && (!node.hasInput(2)
            || index.constant(node.input(2)).filter(Operators::isPerChannel).isPresent());
  }

  /** Gemm also takes a bias per row, or per row and channel, which int8 kernels do not. */
  private static boolean isPerChannel(Tensor bias) {
    return bias.type() == DataType.FLOAT
        && (bias.elementCount() == 1 || bias.dim(bias.rank() - 1) == bias.elementCount());
  }

  /** The constant float weights of a Conv, Gemm or MatMul. */
  static Optional<Tensor> weight(Node node, GraphIndex index) {
    return index.constant(node.input(1)).filter(w -> w.type() == DataType.FLOAT);
  }

  /** The axis of the weights that counts output channels. */
  static int channelAxis(Node node) {
    return node.is("Conv") || (node.is("Gemm") && node.intAttribute("transB", 0) != 0) ? 0 : 1;
  }

  /** Whether each input channel has filters of its own, as in depthwise convolution. */
  static boolean isDepthwise(Node node, GraphIndex index) {
    return node.is("Conv")
        && node.intAttribute("group", 1) > 1
        && weight(node, index).filter(w -> w.dim(1) == 1).isPresent();
  }

  /** Whether the engine has an 8-bit form of {@code node} with scales of its own on each side. */
  static boolean isKernel(Node node) {
    return node.domain().isEmpty() && KERNELS.contains(node.op());
  }

  /** Whether {@code node} gives one value for many. */
  static boolean isPool(Node node) {
    return node.domain().isEmpty() && POOLS.contains(node.op());
  }

  /** Whether {@code node} only moves or picks elements, so that input and output share a scale. */
  static boolean isMove(Node node) {
    if (!node.domain().isEmpty() || !MOVES.contains(node.op()) || node.outputs().size() != 1) {
      return false;
    }
    return !node.is("Resize") || node.textAttribute("mode", "nearest").equals("nearest");
  }

  /** The inputs that carry activations: all of a kernel, the first of everything else. */
  static List<String> activations(Node node) {
    return isKernel(node) ? node.inputs() : List.of(node.input(0));
  }

  /**
   * The upper bound of an activation that a saturating grid makes redundant: infinite for Relu, the
   * limit of Clip(0, limit); empty for everything else.
   */
  static Optional<Double> absorbableLimit(Node node, GraphIndex index) {
    if (node.is("Relu")) {
      return Optional.of(Double.POSITIVE_INFINITY);
    }
    if (!node.is("Clip") || scalar(node, 1, index, Double.NaN) != 0) {
      return Optional.empty();
    }
    double limit = scalar(node, 2, index, Double.POSITIVE_INFINITY);
    return limit > 0 ? Optional.of(limit) : Optional.empty();
  }

  private static double scalar(Node node, int input, GraphIndex index, double whenAbsent) {
    if (!node.hasInput(input)) {
      return whenAbsent;
    }
    return index
        .constant(node.input(input))
        .filter(t -> t.elementCount() == 1)
        .map(t -> t.asDouble(0))
        .orElse(Double.NaN);
  }
}
