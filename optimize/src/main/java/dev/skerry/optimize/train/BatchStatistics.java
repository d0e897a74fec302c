package dev.skerry.optimize.train;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.optimize.differentiate.Emitter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * Batch normalization in training form: by the statistics of each batch, which the running ones
 * follow.
 *
 * @param graph with every {@code BatchNormalization} in that form
 * @param next the value that replaces each running statistic after a step
 */
record BatchStatistics(Graph graph, SequencedMap<String, String> next) {
  static final BatchStatistics NONE =
      new BatchStatistics(
          new Graph(
              "", List.of(), List.of(), List.of(), new LinkedHashMap<>(), List.of(), Bytes.EMPTY),
          new LinkedHashMap<>());

  BatchStatistics {
    next = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(next));
  }

  static BatchStatistics of(Graph graph) {
    return of(graph, _ -> true);
  }

  /** The nodes that {@code chosen} takes in training form, the others as they are. */
  static BatchStatistics of(Graph graph, Predicate<Node> chosen) {
    Emitter emit = new Emitter(graph, "statistics/");
    SequencedMap<String, String> next = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean known =
          node.is("BatchNormalization")
              && chosen.test(node)
              && graph.initializers().containsKey(node.input(3))
              && graph.initializers().containsKey(node.input(4));
      if (known) {
        training(node, emit, nodes, next);
      } else {
        nodes.add(node);
      }
    }
    return new BatchStatistics(emit.appendedTo(graph.withNodes(nodes)), next);
  }

  /**
   * With momentum 0 the node gives the mean and the variance of the batch. The engine may write
   * them over the running ones that it takes, so it is given others, which it then ignores.
   */
  private static void training(
      Node node, Emitter emit, List<Node> nodes, SequencedMap<String, String> next) {
    String mean = emit.fresh("mean");
    String variance = emit.fresh("variance");
    String unusedMean = emit.fresh("unused");
    String unusedVariance = emit.fresh("unused");
    nodes.add(Node.of("Neg", unusedMean, List.of(node.input(3)), List.of(unusedMean)));
    nodes.add(Node.of("Neg", unusedVariance, List.of(node.input(4)), List.of(unusedVariance)));
    nodes.add(
        node.withInput(3, unusedMean)
            .withInput(4, unusedVariance)
            .withOutputs(List.of(node.output(0), mean, variance))
            .with("training_mode", Attribute.of(1L))
            .with("momentum", Attribute.of(0f)));
    String kept = emit.scalar(DataType.FLOAT, node.floatAttribute("momentum", 0.9f));
    String taken = emit.scalar(DataType.FLOAT, 1 - node.floatAttribute("momentum", 0.9f));
    next.put(node.input(3), follow(emit, node.input(3), kept, mean, taken));
    next.put(node.input(4), follow(emit, node.input(4), kept, variance, taken));
  }

  private static String follow(
      Emitter emit, String running, String kept, String batch, String taken) {
    return emit.op("Add", emit.op("Mul", running, kept), emit.op("Mul", batch, taken));
  }
}
