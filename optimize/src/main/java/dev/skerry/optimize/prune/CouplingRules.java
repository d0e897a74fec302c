package dev.skerry.optimize.prune;

import dev.skerry.graph.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rules by operator; what has none keeps all that it touches. */
final class CouplingRules {
  private static final List<String> UNARY =
      List.of(
          "Abs Acos Asin Atan Cast Ceil Celu Clip Cos Dropout Elu Erf Exp Floor Gelu HardSigmoid",
          "HardSwish Identity IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu",
          "Sigmoid Sign Sin Softplus Softsign Sqrt Tan Tanh ThresholdedRelu");

  private static final List<String> BROADCAST =
      List.of(
          "Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or PRelu",
          "Pow Sub Sum Where Xor");

  private static final List<String> POOLS =
      List.of("AveragePool GlobalAveragePool GlobalLpPool GlobalMaxPool LpPool MaxPool");

  private static final List<String> REDUCTIONS =
      List.of(
          "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin"
              + " ReduceProd",
          "ReduceSum ReduceSumSquare");

  private static final Map<String, CouplingRule> RULES = rules();

  private CouplingRules() {}

  private static Map<String, CouplingRule> rules() {
    Map<String, CouplingRule> rules = new HashMap<>();
    put(rules, UNARY, LayerCoupling::unary);
    put(rules, BROADCAST, LayerCoupling::broadcast);
    put(rules, POOLS, LayerCoupling::pool);
    put(rules, REDUCTIONS, ShapeCoupling::reduction);
    rules.put("Conv", LayerCoupling::convolution);
    rules.put("ConvTranspose", LayerCoupling::transposedConvolution);
    rules.put("Gemm", LayerCoupling::gemm);
    rules.put("MatMul", LayerCoupling::product);
    rules.put("BatchNormalization", LayerCoupling::perChannel);
    rules.put("InstanceNormalization", LayerCoupling::perChannel);
    rules.put("LayerNormalization", LayerCoupling::fromAxis);
    rules.put("Softmax", LayerCoupling::fromAxis);
    rules.put("LogSoftmax", LayerCoupling::fromAxis);
    rules.put("Concat", ShapeCoupling::concat);
    rules.put("Split", ShapeCoupling::split);
    rules.put("Slice", ShapeCoupling::slice);
    rules.put("Flatten", ShapeCoupling::flatten);
    rules.put("Reshape", ShapeCoupling::reshape);
    rules.put("Transpose", ShapeCoupling::transpose);
    rules.put("Squeeze", ShapeCoupling::squeeze);
    rules.put("Unsqueeze", ShapeCoupling::unsqueeze);
    rules.put("Expand", ShapeCoupling::expand);
    rules.put("Pad", ShapeCoupling::pad);
    rules.put("Resize", ShapeCoupling::resize);
    rules.put("Upsample", ShapeCoupling::resize);
    rules.put("Gather", ShapeCoupling::gather);
    rules.put("Constant", (_, _) -> {});
    rules.put("Shape", (_, _) -> {});
    return Map.copyOf(rules);
  }

  private static void put(
      Map<String, CouplingRule> rules, List<String> operators, CouplingRule rule) {
    for (String operator : String.join(" ", operators).split(" ", -1)) {
      rules.put(operator, rule);
    }
  }

  static Optional<CouplingRule> of(Node node) {
    return node.domain().isEmpty() ? Optional.ofNullable(RULES.get(node.op())) : Optional.empty();
  }
}
