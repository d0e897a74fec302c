package dev.skerry.optimize.simplify;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Runs graphs of one model on the engine as they are, without the engine's own rewriting. */
final class Evaluation {
  private final Model shell;
  private final Set<Node> refused = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param shell gives opsets, functions and IR version; its graph is not used
   */
  Evaluation(Model shell) {
    this.shell = shell;
  }

  /**
   * Opens {@code graph} for any number of runs; the caller closes it.
   *
   * @throws SkerryException when the engine cannot load it
   */
  Session open(Graph graph) {
    return Session.open(
        shell.withGraph(graph),
        SessionConfig.standard().withOptimization(SessionConfig.Optimization.NONE));
  }

  /** Whether {@code node} has not failed to run on constants. */
  boolean runs(Node node) {
    return !refused.contains(node);
  }

  /**
   * Computes {@code wanted} from constants alone: all at once, or, where the engine refuses, what
   * each node gives by itself.
   */
  Map<String, Tensor> constants(
      List<Node> nodes, SequencedMap<String, Tensor> constants, List<String> wanted) {
    try {
      return compute(nodes, constants, wanted);
    } catch (SkerryException e) {
      Map<String, Tensor> results = new HashMap<>();
      for (Node node : nodes) {
        results.putAll(alone(node, constants));
      }
      return results;
    }
  }

  private Map<String, Tensor> alone(Node node, SequencedMap<String, Tensor> constants) {
    List<String> given = node.inputs().stream().filter(value -> !value.isEmpty()).toList();
    if (!constants.keySet().containsAll(given)) {
      return Map.of(); // its turn comes when its inputs are folded
    }
    SequencedMap<String, Tensor> own = new LinkedHashMap<>(constants);
    own.keySet().retainAll(given);
    try {
      return compute(
          List.of(node), own, node.outputs().stream().filter(v -> !v.isEmpty()).toList());
    } catch (SkerryException e) {
      refused.add(node); // an expected outcome: the engine lacks this operator for these types
      return Map.of();
    }
  }

  private Map<String, Tensor> compute(
      List<Node> nodes, SequencedMap<String, Tensor> constants, List<String> wanted) {
    Graph graph =
        new Graph(
            "constants",
            List.of(),
            wanted.stream().map(name -> new ValueInfo(name, null, Bytes.EMPTY)).toList(),
            List.of(),
            constants,
            nodes,
            Bytes.EMPTY);
    try (Session session = open(graph)) {
      return new HashMap<>(session.run(Map.of(), wanted));
    }
  }
}
