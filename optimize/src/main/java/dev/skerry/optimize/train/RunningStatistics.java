package dev.skerry.optimize.train;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Means and variances of batch normalization, taken anew from samples: what a network needs first
 * when its weights were changed by other means than training.
 */
public final class RunningStatistics {
  private RunningStatistics() {}

  /**
   * {@code model} with the statistics of {@code batches}, each of which is normalized by its own;
   * the same model when it normalizes nothing.
   *
   * @param changed constants that are not what the statistics were taken with; normalizations that
   *     depend on none of them keep theirs
   * @param batches inputs of runs, of many samples each
   */
  public static Model estimated(
      Model model, Set<String> changed, List<Map<String, Tensor>> batches) {
    Set<String> behind = behind(model.graph(), changed);
    Graph forgetful =
        model
            .graph()
            .withNodes(
                model.graph().nodes().stream()
                    .map(node ->
                        node.is("BatchNormalization")
                            ? node.with("momentum", Attribute.of(0f))
                            : node)
                    .toList());
    BatchStatistics statistics =
        BatchStatistics.of(forgetful, node -> behind.contains(node.output(0)));
    if (statistics.next().isEmpty() || batches.isEmpty()) {
      return model;
    }
    List<ValueInfo> outputs = new ArrayList<>();
    statistics
        .next()
        .values()
        .forEach(value -> outputs.add(ValueInfo.of(value, new Type.Tensor(DataType.FLOAT, null))));
    Model training = model.withGraph(statistics.graph().withOutputs(outputs));
    Map<String, double[]> sums = new LinkedHashMap<>();
    try (Session session = Session.open(training, SessionConfig.standard())) {
      for (Map<String, Tensor> batch : batches) {
        SequencedMap<String, Tensor> given = session.run(batch);
        model.graph().nodes().stream()
            .filter(node -> statistics.next().containsKey(node.input(3)))
            .forEach(node -> {
              Tensor mean = of(given, statistics, node.input(3));
              Tensor variance = of(given, statistics, node.input(4));
              add(sums, node.input(3), mean, Tensor.vector());
              add(sums, node.input(4), variance, mean);
            });
      }
    }
    return with(model, sums, batches.size());
  }

  /** The outputs of nodes that depend on {@code changed}. */
  private static Set<String> behind(Graph graph, Set<String> changed) {
    Set<String> reached = new HashSet<>(changed);
    for (Node node : graph.nodes()) {
      if (GraphIndex.uses(node).stream().anyMatch(reached::contains)) {
        reached.addAll(node.outputs());
      }
    }
    return reached;
  }

  private static Tensor of(Map<String, Tensor> given, BatchStatistics statistics, String running) {
    return given.getOrDefault(statistics.next().get(running), Tensor.vector());
  }

  /** Sums up means, or variances about 0. */
  private static void add(
      Map<String, double[]> sums, String running, Tensor statistic, Tensor mean) {
    double[] sum = sums.computeIfAbsent(running, _ -> new double[(int) statistic.elementCount()]);
    for (int i = 0; i < sum.length; i++) {
      double centre = mean.elementCount() == 0 ? 0 : mean.asDouble(i);
      sum[i] += statistic.asDouble(i) + centre * centre;
    }
  }

  private static Model with(Model model, Map<String, double[]> sums, int batches) {
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(model.graph().initializers());
    model.graph().nodes().stream()
        .filter(node -> node.is("BatchNormalization") && sums.containsKey(node.input(3)))
        .forEach(node -> {
          double[] mean = sums.getOrDefault(node.input(3), new double[0]);
          double[] square = sums.getOrDefault(node.input(4), new double[0]);
          float[] means = new float[mean.length];
          float[] variances = new float[mean.length];
          for (int i = 0; i < mean.length; i++) {
            double centre = mean[i] / batches;
            means[i] = (float) centre;
            variances[i] = (float) Math.max(0, square[i] / batches - centre * centre);
          }
          constants.put(node.input(3), Tensor.ofFloats(new long[] {mean.length}, means));
          constants.put(node.input(4), Tensor.ofFloats(new long[] {mean.length}, variances));
        });
    return model.withGraph(model.graph().withInitializers(constants));
  }
}
