package dev.skerry.agent.validate;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the probe found.
 *
 * @param active of what serves now, in the same turns; empty when there is none to compare with
 */
public record ProbeFigures(Times candidate, Optional<Times> active) {
  private static final double NANOS_PER_MICRO = 1e3;

  /** Times of one run in microseconds. */
  public record Times(int runs, double p50Micros, double p99Micros) {
    /** Sorts {@code nanos}. */
    static Times of(long... nanos) {
      Arrays.sort(nanos);
      return new Times(nanos.length, at(0.5, nanos), at(0.99, nanos));
    }

    private static double at(double fraction, long... sorted) {
      int index = Math.min(sorted.length - 1, (int) (sorted.length * fraction));
      return sorted[index] / NANOS_PER_MICRO;
    }
  }

  /** How many times as long as the active one the candidate takes, by medians. */
  public Optional<Double> ratio() {
    return active.map(times -> candidate.p50Micros() / times.p50Micros());
  }

  /**
   * Holds the figures against the release's budget and against what serves now.
   *
   * @param residentBytes what loading took, as {@link MeasuredLoad} found
   * @param mostRatio largest {@link #ratio} that is accepted when the budget sets no latency; a
   *     release that names its latency is allowed to be slower than the one before
   */
  public Verdict against(Variant.Budget budget, OptionalLong residentBytes, double mostRatio) {
    List<String> excesses = new ArrayList<>();
    budget
        .latencyMicros()
        .filter(limit -> candidate.p50Micros() > limit)
        .ifPresent(limit ->
            excesses.add(
                "the median run takes %.0f µs, its budget is %.0f µs"
                    .formatted(candidate.p50Micros(), limit)));
    ratio()
        .filter(ratio -> budget.latencyMicros().isEmpty() && ratio > mostRatio)
        .ifPresent(ratio ->
            excesses.add(
                "the median run takes %.0f µs, %.2f times that of what serves now, and at most %.2f"
                        .formatted(candidate.p50Micros(), ratio, mostRatio)
                    + " times is allowed"));
    budget
        .memoryBytes()
        .filter(limit -> residentBytes.orElse(0) > limit)
        .ifPresent(limit ->
            excesses.add(
                "loading and running takes %,d bytes of memory, its budget is %,d"
                    .formatted(residentBytes.orElse(0), limit)));
    return excesses.isEmpty()
        ? new Verdict.Accepted(evidence(budget, residentBytes))
        : new Verdict.Rejected(
            "probe: " + String.join("; ", excesses), evidence(budget, residentBytes));
  }

  private Json.Obj evidence(Variant.Budget budget, OptionalLong residentBytes) {
    Json.ObjectBuilder evidence =
        Json.object()
            .put("runs", candidate.runs())
            .put("p50-micros", candidate.p50Micros())
            .put("p99-micros", candidate.p99Micros());
    active.ifPresent(times ->
        evidence
            .put("active-p50-micros", times.p50Micros())
            .put("active-p99-micros", times.p99Micros()));
    residentBytes.ifPresent(bytes -> evidence.put("resident-bytes", bytes));
    budget.latencyMicros().ifPresent(limit -> evidence.put("budget-micros", limit));
    budget.memoryBytes().ifPresent(limit -> evidence.put("budget-bytes", limit));
    return evidence.build();
  }
}
