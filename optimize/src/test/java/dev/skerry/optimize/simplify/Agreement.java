package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Runs two models on the same generated inputs and compares their outputs. */
final class Agreement {
  private Agreement() {}

  /**
   * Fails when any output element differs by more than {@code tolerance}, relative to the output's
   * largest magnitude (at least 1), at three sizes of the free axes.
   *
   * @return the largest relative difference
   */
  static double require(Model before, Model after, double tolerance, long seed) {
    assertThat(after.graph().outputNames()).isEqualTo(before.graph().outputNames());
    RandomGenerator random = new SplittableRandom(seed);
    double worst = 0;
    try (Session a = open(before);
        Session b = open(after)) {
      for (Map<String, Tensor> sample : samples(before.graph(), a, random)) {
        var expected = a.run(sample);
        var actual = b.run(sample);
        for (String output : before.graph().outputNames()) {
          Tensor wanted = Objects.requireNonNull(expected.get(output));
          Tensor made = Objects.requireNonNull(actual.get(output));
          worst = Math.max(worst, difference(wanted, made, output));
        }
      }
    }
    assertThat(worst).as("largest relative difference of outputs").isLessThanOrEqualTo(tolerance);
    return worst;
  }

  private static List<Map<String, Tensor>> samples(
      Graph graph, Session session, RandomGenerator random) {
    List<ValueInfo> inputs = graph.requiredInputs();
    SkerryException last = null;
    for (SampleSizes sizes : SampleSizes.candidates(inputs)) {
      List<Map<String, Tensor>> samples =
          sizes.runs().stream().map(run -> SampleInputs.of(inputs, run, random)).toList();
      try {
        samples.forEach(session::run);
        return samples;
      } catch (SkerryException e) {
        last = e;
      }
    }
    throw new AssertionError("runs at no size", last);
  }

  private static Session open(Model model) {
    return Session.open(
        model, SessionConfig.standard().withOptimization(SessionConfig.Optimization.NONE));
  }

  /** Largest difference over largest magnitude; equal non-finite numbers agree. */
  static double difference(Tensor expected, Tensor actual, String output) {
    assertThat(actual.type()).as("type of " + output).isEqualTo(expected.type());
    assertThat(actual.dims()).as("shape of " + output).isEqualTo(expected.dims());
    double worst = 0;
    double magnitude = 1;
    for (long i = 0; i < expected.elementCount(); i++) {
      double e = expected.asDouble(i);
      double a = actual.asDouble(i);
      if (Double.isFinite(e) && Double.isFinite(a)) {
        worst = Math.max(worst, Math.abs(e - a));
        magnitude = Math.max(magnitude, Math.abs(e));
      } else {
        assertThat(a).as("element %d of %s", i, output).isEqualTo(e);
      }
    }
    return worst / magnitude;
  }
}
