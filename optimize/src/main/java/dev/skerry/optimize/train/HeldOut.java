package dev.skerry.optimize.train;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.NativeArray;
import dev.skerry.runtime.Session;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Judges a model on samples that it does not learn from.
 *
 * @param samples positions in {@code data}
 * @param output whose greatest class counts, or which is compared with the input
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record HeldOut(
    TrainingData data, int[] samples, String output, boolean classes, TrainingOptions options) {
  /** Accuracy from 0 to 1; without labels the negative mean squared difference from the input. */
  double score(Model model) {
    double sum = 0;
    try (Session session =
        Session.open(exposing(model, output), StepRunner.config(options.threads()))) {
      for (int start = 0; start < samples.length; start += options.batch()) {
        int end = Math.min(samples.length, start + options.batch());
        sum += batch(session, Arrays.copyOfRange(samples, start, end));
      }
    }
    return sum / samples.length;
  }

  private double batch(Session session, int[] batch) {
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, NativeArray> arrays = data.arrays(arena, batch.length);
      data.fill(batch, Augmentation.NONE, 0, arrays);
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      arrays.forEach((name, array) -> inputs.put(name, array.tensor()));
      Tensor given = session.run(inputs, List.of(output)).firstEntry().getValue();
      double sum = 0;
      for (int i = 0; i < batch.length; i++) {
        sum +=
            classes
                ? (greatest(given, i) == data.label(batch[i]) ? 1 : 0)
                : -difference(given, inputs.values().iterator().next(), i);
      }
      return sum;
    }
  }

  private static double difference(Tensor given, Tensor wanted, int row) {
    long size =
        Math.min(given.elementCount() / given.dim(0), wanted.elementCount() / wanted.dim(0));
    double sum = 0;
    for (long i = row * size; i < (row + 1) * size; i++) {
      double gap = given.asDouble(i) - wanted.asDouble(i);
      sum += gap * gap;
    }
    return sum / size;
  }

  /** The class with the greatest value in a row. */
  static int greatest(Tensor rows, int row) {
    int size = (int) (rows.elementCount() / rows.dim(0));
    int best = 0;
    for (int i = 1; i < size; i++) {
      if (rows.asDouble((long) row * size + i) > rows.asDouble((long) row * size + best)) {
        best = i;
      }
    }
    return best;
  }

  static Model exposing(Model model, String value) {
    return model.withGraph(model.graph().withOutputs(Trainer.outputsWith(model, value)));
  }
}
