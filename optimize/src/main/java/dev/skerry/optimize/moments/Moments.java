package dev.skerry.optimize.moments;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Means and second moments of rows of numbers, gathered by the graph itself: E[x] and E[x xᵀ], x
 * being one row.
 */
public record Moments(Map<String, Statistic> values) {
  /** Numbers of a row up to which second moments are taken. */
  public static final int MAX_SIZE = 4096;

  /** Of nothing. */
  public static final Moments NONE = new Moments(Map.of());

  /**
   * What is known of the rows of one value.
   *
   * @param mean [parts][size]
   * @param second [parts][size][size]
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  public record Statistic(double[] mean, double[] second) {}

  /** Sums over all rows so far. */
  @SuppressWarnings("ArrayRecordComponent") // added to in place
  private record Sums(double[] mean, double[] second, long[] rows) {}

  /** The values that the graph gives for one statistic. */
  private record Gathered(String mean, String second, String shape) {}

  /**
   * Runs {@code model} with what was emitted behind it.
   *
   * @param rows emitted FLOAT values [parts, rows, size], by the key under which they are wanted
   * @param batches inputs of runs
   */
  public static Moments of(
      Model model, Emitter emit, Map<String, String> rows, List<Map<String, Tensor>> batches) {
    Map<String, Gathered> gathered = new LinkedHashMap<>();
    List<ValueInfo> outputs = new ArrayList<>();
    rows.forEach((key, value) -> {
      String second = emit.op("MatMul", emit.transpose(value, 0, 2, 1), value);
      Gathered one = new Gathered(emit.sum(value, false, 1), second, emit.op("Shape", value));
      gathered.put(key, one);
      outputs.add(declared(one.mean(), DataType.FLOAT));
      outputs.add(declared(one.second(), DataType.FLOAT));
      outputs.add(declared(one.shape(), DataType.INT64));
    });
    Graph graph = emit.appendedTo(model.graph()).withOutputs(outputs);
    Map<String, Sums> sums = new LinkedHashMap<>();
    try (Session session = Session.open(model.withGraph(graph), SessionConfig.standard())) {
      for (Map<String, Tensor> batch : batches) {
        Map<String, Tensor> given = session.run(batch);
        gathered.forEach((key, names) -> add(sums, key, names, given));
      }
    }
    Map<String, Statistic> found = new HashMap<>();
    sums.forEach((key, sum) -> {
      scale(sum.mean(), 1.0 / sum.rows()[0]);
      scale(sum.second(), 1.0 / sum.rows()[0]);
      found.put(key, new Statistic(sum.mean(), sum.second()));
    });
    return new Moments(found);
  }

  /** A value of so many axes as rows of its {@code size} numbers along one of them. */
  public static String rows(Emitter emit, String value, int axes, int axis, long size) {
    int last = axes - 1;
    long[] order =
        LongStream.rangeClosed(0, last).map(i -> i == last ? axis : i < axis ? i : i + 1).toArray();
    return emit.reshape(emit.transpose(value, order), 1, -1, size);
  }

  private static ValueInfo declared(String name, DataType type) {
    return ValueInfo.of(name, new Type.Tensor(type, null));
  }

  private static void add(
      Map<String, Sums> sums, String key, Gathered names, Map<String, Tensor> given) {
    float[] mean = given.getOrDefault(names.mean(), Tensor.vector()).toFloats();
    float[] second = given.getOrDefault(names.second(), Tensor.vector()).toFloats();
    Sums sum =
        sums.computeIfAbsent(
            key, _ -> new Sums(new double[mean.length], new double[second.length], new long[1]));
    add(sum.mean(), mean);
    add(sum.second(), second);
    sum.rows()[0] += given.getOrDefault(names.shape(), Tensor.vector(0, 0)).asLong(1);
  }

  private static void add(double[] sum, float[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
  }

  private static void scale(double[] numbers, double factor) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= factor;
    }
  }
}
