package dev.skerry.optimize.search;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizationReport.Form;
import dev.skerry.optimize.OptimizationReport.TensorError;
import dev.skerry.optimize.observe.Observer;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How well values inside a quantized graph follow those of the float graph it was made from. */
public final class TensorErrors {
  private TensorErrors() {}

  /**
   * Signal-to-noise of every value that an integer kernel gives, in graph order.
   *
   * @param samples a few inputs
   */
  public static List<TensorError> of(
      Model base, Candidate candidate, Collection<Map<String, Tensor>> samples) {
    List<String> values =
        candidate.placement().quantizedValues().stream()
            .filter(value -> candidate.placement().isIntegerResult(value))
            .toList();
    if (values.isEmpty()) {
      return List.of();
    }
    Map<String, double[]> sums = new HashMap<>(); // signal, noise
    try (Session expected = open(base, values);
        Session actual = open(candidate.model(), values)) {
      for (Map<String, Tensor> sample : samples) {
        Map<String, Tensor> a = expected.run(sample, values);
        Map<String, Tensor> b = actual.run(sample, values);
        values.forEach(value -> add(sums, value, tensor(a, value), tensor(b, value)));
      }
    }
    List<TensorError> errors = new ArrayList<>();
    for (String value : values) {
      double[] sum = sums.getOrDefault(value, new double[2]);
      errors.add(new TensorError(value, Form.INT8, 10 * Math.log10(sum[0] / sum[1])));
    }
    return errors;
  }

  private static Session open(Model model, List<String> values) {
    return Session.open(Observer.exposing(model, values), SessionConfig.standard());
  }

  private static Tensor tensor(Map<String, Tensor> run, String value) {
    Tensor tensor = run.get(value);
    if (tensor == null) {
      throw new IllegalStateException("the run gave no '" + value + "'");
    }
    return tensor;
  }

  private static void add(Map<String, double[]> sums, String value, Tensor a, Tensor b) {
    double[] sum = sums.computeIfAbsent(value, _ -> new double[2]);
    float[] expected = a.toFloats();
    float[] actual = b.toFloats();
    for (int i = 0; i < expected.length; i++) {
      double error = (double) expected[i] - actual[i];
      sum[0] += (double) expected[i] * expected[i];
      sum[1] += error * error;
    }
  }
}
