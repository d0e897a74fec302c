package dev.skerry.optimize.differentiate;

import static java.util.Map.entry;

import dev.skerry.graph.Node;
import java.util.Map;
import java.util.Optional;

/** The table of gradient rules, one per standard operator. */
final class GradientRules {
  // spotless:off
  private static final Map<String, GradientRule> RULES = Map.ofEntries(
      // Arithmetic, with broadcasting.
      entry("Add", Arithmetic::add), entry("Sub", Arithmetic::sub),
      entry("Mul", Arithmetic::mul), entry("Div", Arithmetic::div),
      entry("Pow", Arithmetic::pow), entry("Sum", Arithmetic::sum),
      entry("Min", Arithmetic::min), entry("Max", Arithmetic::max),
      entry("Where", Arithmetic::where),
      entry("Neg", Arithmetic::neg), entry("Abs", Arithmetic::abs),
      entry("Exp", Arithmetic::exp), entry("Log", Arithmetic::log),
      entry("Sqrt", Arithmetic::sqrt), entry("Reciprocal", Arithmetic::reciprocal),
      entry("Sin", Arithmetic::sin), entry("Cos", Arithmetic::cos),
      entry("Erf", Arithmetic::erf),
      // Activations.
      entry("Relu", Activations::relu), entry("LeakyRelu", Activations::leakyRelu),
      entry("PRelu", Activations::pRelu), entry("Clip", Activations::clip),
      entry("Sigmoid", Activations::sigmoid), entry("Tanh", Activations::tanh),
      entry("HardSigmoid", Activations::hardSigmoid), entry("HardSwish", Activations::hardSwish),
      entry("Gelu", Activations::gelu), entry("Elu", Activations::elu),
      entry("Softplus", Activations::softplus),
      entry("Softmax", Activations::softmax), entry("LogSoftmax", Activations::logSoftmax),
      // Layers with weights.
      entry("Conv", Convolutions::conv), entry("ConvTranspose", Convolutions::convTranspose),
      entry("Gemm", Products::gemm), entry("MatMul", Products::matMul),
      // Normalization.
      entry("BatchNormalization", Normalizations::batch),
      entry("LayerNormalization", Normalizations::layer),
      // Pooling and reductions.
      entry("MaxPool", Pooling::max), entry("AveragePool", Pooling::average),
      entry("GlobalAveragePool", Pooling::globalAverage),
      entry("GlobalMaxPool", Pooling::globalMax),
      entry("ReduceSum", Reductions::sum), entry("ReduceMean", Reductions::mean),
      entry("ReduceMax", Reductions::max),
      // Shapes and places.
      entry("Identity", Shapes::same), entry("Dropout", Shapes::dropout),
      entry("Cast", Shapes::cast), entry("Reshape", Shapes::reshaped),
      entry("Flatten", Shapes::reshaped), entry("Squeeze", Shapes::reshaped),
      entry("Unsqueeze", Shapes::reshaped), entry("Transpose", Shapes::transpose),
      entry("Expand", Shapes::expand), entry("Concat", Shapes::concat),
      entry("Split", Shapes::split), entry("Slice", Places::slice), entry("Pad", Places::pad),
      entry("Gather", Places::gather), entry("Resize", Places::resize),
      // Quantization, by straight-through estimation.
      entry("DequantizeLinear", Quantization::dequantize));
  // spotless:on

  private GradientRules() {}

  /** The rule of {@code node}'s operator. */
  static Optional<GradientRule> of(Node node) {
    return node.domain().isEmpty() ? Optional.ofNullable(RULES.get(node.op())) : Optional.empty();
  }
}
