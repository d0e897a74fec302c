package dev.skerry.cli.inspect;

import dev.skerry.graph.DataType;
import java.util.List;
import java.util.SequencedMap;

/**
 * What is in a model; the keys of {@code skerry inspect --json}.
 *
 * @param file as the user gave it
 * @param fileBytes of the ONNX file alone
 * @param opsets domain and version of each imported operator set; the standard one is {@code onnx}
 * @param nodes of the main graph and, apart, of graphs inside its nodes
 * @param operators how often each operator occurs anywhere, most frequent first
 * @param parameters elements of all floating-point and quantized weights with more than one element
 * @param weights stored constants by element type, most bytes first
 * @param multiplyAdds for one inference at batch 1, as far as shapes can be told
 */
public record ModelFacts(
    String file,
    long fileBytes,
    long externalBytes,
    long irVersion,
    SequencedMap<String, Long> opsets,
    String producer,
    String graph,
    List<Value> inputs,
    List<Value> outputs,
    int nodes,
    int subgraphs,
    int subgraphNodes,
    SequencedMap<String, Integer> operators,
    List<Defined> functions,
    long parameters,
    List<Weights> weights,
    Quantization quantization,
    MultiplyAdds multiplyAdds,
    SequencedMap<String, String> metadata) {

  /**
   * An input or output of the graph.
   *
   * @param type element type in lower case, or the kind of what is not a tensor
   * @param shape sizes as text; a name where the size varies, {@code ?} where nothing is said
   * @param overridable whether an initializer fills the input in when a caller does not
   */
  public record Value(String name, String type, List<String> shape, boolean overridable) {}

  /** An operator that the model defines by {@code nodes} others. */
  public record Defined(String domain, String name, int nodes) {}

  /** All constants of one element type. */
  public record Weights(DataType type, int tensors, long elements, long bytes) {}

  /**
   * How far the model is quantized.
   *
   * @param form in a few words: {@code none}, {@code static int8 (QDQ)}, {@code dynamic int8}
   * @param quantize QuantizeLinear nodes
   * @param dequantize DequantizeLinear nodes
   * @param integer nodes that compute on integers or packed weights by themselves
   */
  public record Quantization(String form, int quantize, int dequantize, int integer) {}

  /**
   * Multiply-add operations of convolutions, matrix products and recurrent layers.
   *
   * @param counted nodes whose shapes are known
   * @param uncounted nodes of these kinds whose shapes are not
   */
  public record MultiplyAdds(long total, int counted, int uncounted) {}
}
