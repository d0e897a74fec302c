package dev.skerry.optimize.prune;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.differentiate.Emitter;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Means and second moments of the channels of values, gathered by the graph itself: E[x] and E[x
 * xᵀ], x being all channels at one position of one sample.
 */
record Moments(Map<String, Statistic> values) {
  /** Channels up to which second moments are taken. */
  static final int MAX_CHANNELS = 4096;

  /**
   * @param mean [C]
   * @param second [C][C], row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  record Statistic(double[] mean, double[] second) {}

  /**
   * @param axes the axis of channels of each value
   * @param batches inputs of runs
   */
  static Moments of(
      Model model,
      Map<String, Integer> axes,
      Dependencies shapes,
      List<Map<String, Tensor>> batches) {
    Graph graph = model.graph();
    Emitter emit = new Emitter(graph, "moments/");
    Map<String, String> means = new LinkedHashMap<>();
    Map<String, String> seconds = new LinkedHashMap<>();
    axes.forEach((value, axis) -> {
      int rank = shapes.slots().rank(value);
      long channels = shapes.slots().length(value, axis);
      long[] order = new long[rank];
      int at = 0;
      for (int i = 0; i < rank; i++) {
        if (i != axis) {
          order[at++] = i;
        }
      }
      order[rank - 1] = axis;
      String rows = emit.reshape(emit.transpose(value, order), -1, channels);
      means.put(value, emit.op("ReduceMean", Map.of("axes", Attribute.Ints.of(0)), rows));
      seconds.put(value, emit.op("MatMul", emit.transpose(rows, 1, 0), rows));
    });
    List<ValueInfo> outputs = new ArrayList<>();
    means.values().forEach(name -> outputs.add(declared(name)));
    seconds.values().forEach(name -> outputs.add(declared(name)));
    Model gathering = model.withGraph(emit.appendedTo(graph).withOutputs(outputs));
    Map<String, Statistic> found = new LinkedHashMap<>();
    try (Session session = Session.open(gathering, SessionConfig.standard())) {
      for (Map<String, Tensor> batch : batches) {
        Map<String, Tensor> given = session.run(batch);
        axes.keySet()
            .forEach(value ->
                add(
                    found,
                    value,
                    given.getOrDefault(means.get(value), Tensor.vector()),
                    given.getOrDefault(seconds.get(value), Tensor.vector()),
                    rows(shapes, value, axes.getOrDefault(value, 0))));
      }
    }
    found
        .values()
        .forEach(statistic -> {
          scale(statistic.mean(), 1.0 / batches.size());
          scale(statistic.second(), 1.0 / batches.size());
        });
    return new Moments(found);
  }

  private static ValueInfo declared(String name) {
    return ValueInfo.of(name, new Type.Tensor(DataType.FLOAT, null));
  }

  private static double rows(Dependencies shapes, String value, int axis) {
    return (double) shapes.slots().elements(value) / shapes.slots().length(value, axis);
  }

  private static void add(
      Map<String, Statistic> found, String value, Tensor mean, Tensor second, double rows) {
    Statistic sum =
        found.computeIfAbsent(
            value,
            _ ->
                new Statistic(
                    new double[(int) mean.elementCount()],
                    new double[(int) second.elementCount()]));
    for (int i = 0; i < sum.mean().length; i++) {
      sum.mean()[i] += mean.asDouble(i);
    }
    for (int i = 0; i < sum.second().length; i++) {
      sum.second()[i] += second.asDouble(i) / rows;
    }
  }

  private static void scale(double[] numbers, double factor) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= factor;
    }
  }
}
