package dev.skerry.cli.scenario;

import dev.skerry.cli.scenario.ScenarioFacts.ArmFacts;
import dev.skerry.cli.scenario.ScenarioFacts.LoadFacts;
import dev.skerry.cli.scenario.ScenarioFacts.Span;
import dev.skerry.runtime.Ticker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Measures a scenario under several policies in turns, so that what disturbs one disturbs all. */
public final class ScenarioBench {
  /** What the timeline shows, and how long after the beginning it starts. */
  private static final long TIMELINE_NANOS = 400_000_000;

  private static final long TIMELINE_START_NANOS = 500_000_000;

  private ScenarioBench() {}

  /**
   * Runs {@code rounds} rounds of all {@code policies}, odd ones backwards.
   *
   * @param told what it is at
   */
  public static ScenarioFacts run(
      String file, Scenario scenario, List<Policy> policies, int rounds, Consumer<String> told)
      throws InterruptedException {
    int cores = Runtime.getRuntime().availableProcessors();
    Map<Policy, List<Arm.Outcome>> outcomes = new LinkedHashMap<>();
    policies.forEach(policy -> outcomes.put(policy, new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      List<Policy> order = round % 2 == 0 ? policies : policies.reversed();
      for (Policy policy : order) {
        told.accept("round %d of %d: %s".formatted(round + 1, rounds, policy.label()));
        try (Arm arm = new Arm(scenario, policy, cores, Ticker.system())) {
          outcomes.getOrDefault(policy, List.of()).add(arm.run());
        }
      }
    }
    List<ArmFacts> arms =
        outcomes.entrySet().stream()
            .map(entry -> arm(entry.getKey(), entry.getValue(), scenario.seconds()))
            .toList();
    return new ScenarioFacts(file, cores, scenario.seconds(), rounds, arms);
  }

  private static ArmFacts arm(Policy policy, List<Arm.Outcome> rounds, double seconds) {
    double cpu = rounds.stream().mapToLong(Arm.Outcome::cpuNanos).sum();
    double wall = rounds.stream().mapToLong(Arm.Outcome::wallNanos).sum();
    Arm.Outcome first = rounds.getFirst();
    return new ArmFacts(
        policy.label(),
        cpu / wall,
        first.records().keySet().stream().map(load -> facts(load, rounds, seconds)).toList(),
        timeline(first));
  }

  private static LoadFacts facts(Scenario.Load load, List<Arm.Outcome> rounds, double seconds) {
    List<List<Request>> byRound =
        rounds.stream().map(round -> round.records().getOrDefault(load, List.of())).toList();
    List<Request> all = byRound.stream().flatMap(List::stream).toList();
    double[] micros =
        all.stream()
            .filter(request -> !request.refused())
            .mapToDouble(request -> request.latency() / 1e3)
            .sorted()
            .toArray();
    int missed = missed(load, all);
    return new LoadFacts(
        load.name(),
        load.terms().importance().toString(),
        load.terms().deadline().map(time -> time.toNanos() / 1e3).orElse(null),
        all.size(),
        (int) all.stream().filter(Request::refused).count(),
        missed,
        share(missed, all.size()),
        byRound.stream().map(round -> share(missed(load, round), round.size())).toList(),
        rounds.stream().mapToLong(round -> round.restarts().getOrDefault(load, 0L)).sum(),
        quantile(micros, 0.5),
        quantile(micros, 0.9),
        quantile(micros, 0.99),
        quantile(micros, 0.999),
        quantile(micros, 1),
        micros.length / seconds / rounds.size(),
        byRound.stream().map(round -> answered(round) / seconds).toList());
  }

  private static double share(int part, int whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  private static long answered(List<Request> records) {
    return records.stream().filter(request -> !request.refused()).count();
  }

  private static int missed(Scenario.Load load, List<Request> records) {
    return (int) records.stream().filter(request -> isMissed(load, request)).count();
  }

  private static boolean isMissed(Scenario.Load load, Request request) {
    return request.refused()
        || load.terms().deadline().filter(time -> request.latency() > time.toNanos()).isPresent();
  }

  private static double quantile(double[] sorted, double fraction) {
    return sorted.length == 0
        ? 0
        : sorted[Math.max(0, (int) Math.ceil(fraction * sorted.length) - 1)];
  }

  private static List<Span> timeline(Arm.Outcome outcome) {
    long end = TIMELINE_START_NANOS + TIMELINE_NANOS;
    List<Span> spans = new ArrayList<>();
    outcome
        .records()
        .forEach((load, records) ->
            records.stream()
                .filter(
                    request -> request.ended() > TIMELINE_START_NANOS && request.intended() < end)
                .forEach(request ->
                    spans.add(
                        new Span(
                            load.name(),
                            micros(request.intended()),
                            micros(request.began()),
                            micros(request.ended()),
                            isMissed(load, request)))));
    return spans;
  }

  private static double micros(long nanos) {
    return (nanos - TIMELINE_START_NANOS) / 1e3;
  }

  /** How long the timeline is. */
  public static double timelineMicros() {
    return TIMELINE_NANOS / 1e3;
  }
}
