package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.List;
import java.util.Optional;

/** The third input of Conv, ConvTranspose and Gemm. */
final class Bias {
  private Bias() {}

  /** The bias per channel, zeros when there is none; empty when it is not a FLOAT constant. */
  static Optional<double[]> of(Node node, int channels, GraphView view) {
    return node.hasInput(2)
        ? view.floats(node.input(2)).flatMap(b -> Constants.perChannel(b, 2, 1, channels))
        : Optional.of(new double[channels]);
  }

  /**
   * {@code layer} and the node {@code behind} it become one: the layer with other weights and
   * another bias, making what {@code behind} made.
   */
  static Rewrite replace(Node layer, Node behind, String weights, double[] bias, GraphView view) {
    String name = view.fresh(layer.hasInput(2) ? layer.input(2) : layer.input(1) + ".bias");
    return Rewrite.of(layer, behind)
        .with(
            layer
                .withInputs(List.of(layer.input(0), weights, name))
                .withOutputs(List.of(behind.output(0))))
        .constant(name, Constants.vector(bias));
  }
}
