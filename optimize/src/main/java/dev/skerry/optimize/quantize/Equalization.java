package dev.skerry.optimize.quantize;

import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Evens out the channel ranges of convolutions that follow one another, without changing what they
 * compute.
 *
 * <p>Conv → (Relu) → Conv: output channel i of the first is divided by s, input channel i of the
 * second multiplied by s, with s = sqrt(r1 / r2) of the two largest weights, which Relu lets
 * through because it is positive homogeneous (Nagel et al., ICCV 2019, section 4.1).
 */
public final class Equalization {
  private static final int ROUNDS = 8;

  /** Channels are scaled by at most this factor a round; dead channels would ask for infinity. */
  private static final double LARGEST_FACTOR = 64;

  private Equalization() {}

  /** The equalized model; the same model when it has no pair of convolutions in a row. */
  public static Model equalize(Model model) {
    Model equalized = model;
    for (int round = 0; round < ROUNDS; round++) {
      for (Node node : model.graph().nodes()) {
        equalized = equalizePair(equalized, node);
      }
    }
    return equalized;
  }

  private static Model equalizePair(Model model, Node first) {
    GraphIndex index = new GraphIndex(model.graph());
    if (!isEqualizable(first, index)) {
      return model;
    }
    Optional<Node> second =
        index
            .onlyConsumer(first.output(0))
            .flatMap(
                next -> next.is("Relu") ? index.onlyConsumer(next.output(0)) : Optional.of(next))
            .filter(next -> isEqualizable(next, index))
            .filter(
                next -> next.intAttribute("group", 1) == 1 || Operators.isDepthwise(next, index));
    return second.map(next -> scaled(model, index, first, next)).orElse(model);
  }

  private static boolean isEqualizable(Node node, GraphIndex index) {
    return node.is("Conv")
        && Operators.isWeighted(node, index)
        && index.onlyConsumer(node.input(1)).isPresent()
        && (!node.hasInput(2) || index.onlyConsumer(node.input(2)).isPresent());
  }

  private static Model scaled(Model model, GraphIndex index, Node first, Node second) {
    Tensor w1 = Operators.weight(first, index).orElseThrow();
    Tensor w2 = Operators.weight(second, index).orElseThrow();
    int channels = Math.toIntExact(w1.dim(0));
    boolean depthwise = Operators.isDepthwise(second, index);
    if ((depthwise ? w2.dim(0) : w2.dim(1)) != channels) {
      return model;
    }
    float[] a = w1.toFloats();
    float[] b = w2.toFloats();
    int strideA = a.length / channels;
    int strideB = (int) (w2.elementCount() / (w2.dim(0) * w2.dim(1)));
    double[] largestA = new double[channels];
    double[] largestB = new double[channels];
    for (int i = 0; i < a.length; i++) {
      int channel = i / strideA;
      largestA[channel] = Math.max(largestA[channel], Math.abs(a[i]));
    }
    for (int i = 0; i < b.length; i++) {
      int channel = i / strideB % channels;
      largestB[channel] = Math.max(largestB[channel], Math.abs(b[i]));
    }
    double[] factor = new double[channels];
    for (int i = 0; i < channels; i++) {
      double ratio = Math.sqrt(largestA[i] / largestB[i]);
      factor[i] =
          ratio > 0 && Double.isFinite(ratio)
              ? Math.clamp(ratio, 1 / LARGEST_FACTOR, LARGEST_FACTOR)
              : 1;
    }
    for (int i = 0; i < a.length; i++) {
      a[i] /= (float) factor[i / strideA];
    }
    for (int i = 0; i < b.length; i++) {
      b[i] *= (float) factor[i / strideB % channels];
    }
    Graph graph = model.graph();
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    constants.put(first.input(1), Tensor.ofFloats(w1.dims(), a));
    constants.put(second.input(1), Tensor.ofFloats(w2.dims(), b));
    if (first.hasInput(2)) {
      float[] bias = index.constant(first.input(2)).orElseThrow().toFloats();
      for (int i = 0; i < channels; i++) {
        bias[i] /= (float) factor[i];
      }
      constants.put(first.input(2), Tensor.ofFloats(new long[] {channels}, bias));
    }
    return model.withGraph(graph.withInitializers(constants));
  }
}
