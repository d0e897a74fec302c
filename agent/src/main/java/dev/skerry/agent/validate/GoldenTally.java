package dev.skerry.agent.validate;

import dev.skerry.bundle.json.Json;
import dev.skerry.graph.Tensor;

/** Adds up how far answers are from the recorded ones. */
final class GoldenTally {
  /** The element that is furthest out, measured in tolerances. */
  private record Worst(String output, int sample, long element, double wanted, double found) {}

  private int samples;
  private int wrongSamples;
  private boolean sampleIsWrong;
  private long elements;
  private long wrongElements;
  private double largestDifference;
  private double worstExcess;
  private Worst worst = new Worst("", 0, 0, 0, 0);
  private double worstTolerance;

  void startSample() {
    samples++;
    sampleIsWrong = false;
  }

  /** Compares one output of the current sample. */
  void add(String output, double tolerance, Tensor wanted, Tensor found) {
    if (wanted.contentEquals(found)) {
      elements += wanted.elementCount();
      return;
    }
    for (long i = 0; i < wanted.elementCount(); i++) {
      double expected = wanted.asDouble(i);
      double given = found.asDouble(i);
      double difference = difference(expected, given);
      elements++;
      largestDifference = Math.max(largestDifference, difference);
      if (difference > tolerance) {
        addWrong(new Worst(output, samples - 1, i, expected, given), difference, tolerance);
      }
    }
  }

  private void addWrong(Worst one, double difference, double tolerance) {
    wrongElements++;
    wrongSamples += sampleIsWrong ? 0 : 1;
    sampleIsWrong = true;
    double excess = difference - tolerance;
    if (wrongElements == 1 || excess > worstExcess) {
      worst = one;
      worstExcess = excess;
      worstTolerance = tolerance;
    }
  }

  /** Infinite when only one is a number, or they are different infinities. */
  private static double difference(double a, double b) {
    if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
      return 0;
    }
    double difference = Math.abs(a - b);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  Verdict verdict() {
    if (wrongElements == 0) {
      return new Verdict.Accepted(evidence());
    }
    String reason =
        ("golden vectors: %d of %d samples differ by more than rounding can explain; worst is"
                + " output '%s' of sample %d, element %d: %.6g, recorded %.6g, tolerance %.3g")
            .formatted(
                wrongSamples,
                samples,
                worst.output,
                worst.sample,
                worst.element,
                worst.found,
                worst.wanted,
                worstTolerance);
    return new Verdict.Rejected(reason, evidence());
  }

  /** A candidate whose answers cannot even be compared. */
  Verdict broken(String reason) {
    return new Verdict.Rejected("golden vectors: " + reason, evidence());
  }

  private Json.Obj evidence() {
    return Json.object()
        .put("samples", samples)
        .put("wrong-samples", wrongSamples)
        .put("elements", elements)
        .put("wrong-elements", wrongElements)
        .put("largest-difference", Math.min(largestDifference, Double.MAX_VALUE))
        .build();
  }
}
