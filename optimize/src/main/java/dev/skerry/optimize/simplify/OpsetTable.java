package dev.skerry.optimize.simplify;

import java.util.Set;

/**
 * Which standard operators mean the same from opset {@value #OLDEST} to {@value #NEWEST}, apart
 * from more types and attributes whose default is the old behaviour. Read off the operators' change
 * log (ONNX Changelog.md); those that did change are in {@link OpsetChanges}.
 */
final class OpsetTable {
  static final long OLDEST = 7;
  static final long NEWEST = 25;

  private static final Set<String> UNCHANGED =
      Set.of(
          """
          Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention Bernoulli
          BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Celu
          CenterCropPad Col2Im Compress Concat ConcatFromSequence Constant ConstantOfShape Conv
          ConvInteger ConvTranspose Cos Cosh CumSum DeformConv DepthToSpace DequantizeLinear Det Div
          DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU Gather
          GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater
          GreaterOrEqual HammingWindow HannWindow HardSigmoid HardSwish Identity If ImageDecoder
          InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log
          Loop LpNormalization LpPool MatMul MatMulInteger Max MaxPool MaxRoiPool MaxUnpool Mean
          MeanVarianceNormalization MelWeightMatrix Min Mish Mod Mul Multinomial Neg
          NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Optional OptionalGetElement
          OptionalHasElement Or PRelu Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN
          RandomNormal RandomNormalLike RandomUniform RandomUniformLike Range Reciprocal RegexFullMatch
          Relu Reshape ReverseSequence RotaryEmbedding Round STFT ScatterElements ScatterND Selu
          SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength
          SequenceMap Shape Shrink Sigmoid Sign Sin Sinh Size SoftmaxCrossEntropyLoss Softplus Softsign
          SpaceToDepth SplitToSequence Sqrt StringConcat StringNormalizer StringSplit Sub Sum Swish Tan
          Tanh TensorScatter TfIdfVectorizer ThresholdedRelu Tile Transpose Trilu Unique Where Xor\
          """
              .split("\\s+"));

  private OpsetTable() {}

  static boolean isUnchanged(String op) {
    return UNCHANGED.contains(op);
  }

  /** The least IR version that files of {@code opset} may have (ONNX Versioning.md). */
  static long irVersion(long opset) {
    // spotless:off
    return opset >= 25 ? 13
        : opset >= 24 ? 12
        : opset >= 23 ? 11
        : opset >= 21 ? 10
        : opset >= 19 ? 9
        : opset >= 15 ? 8
        : opset >= 12 ? 7
        : opset >= 11 ? 6
        : opset >= 10 ? 5
        : 4;
    // spotless:on
  }
}
