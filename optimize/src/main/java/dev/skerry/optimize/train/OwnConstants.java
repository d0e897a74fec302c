package dev.skerry.optimize.train;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Exporters write constants that are equal, as those of a network that is not trained yet often
 * are, once and pass them on by {@code Identity}. Each needs one of its own to be trained by
 * itself.
 */
final class OwnConstants {
  private OwnConstants() {}

  /** {@code model} with a constant in the place of every {@code Identity} of one. */
  static Model of(Model model) {
    Graph graph = model.graph();
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Tensor constant = node.is("Identity") ? constants.get(node.input(0)) : null;
      if (constant == null || graph.outputNames().contains(node.output(0))) {
        nodes.add(node);
      } else {
        constants.put(node.output(0), constant);
      }
    }
    boolean same = nodes.size() == graph.nodes().size();
    return same ? model : model.withGraph(graph.withNodes(nodes).withInitializers(constants));
  }
}
