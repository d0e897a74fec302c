package dev.skerry.cli.scenario;

import static dev.skerry.cli.terminal.TextTable.Align.LEFT;
import static dev.skerry.cli.terminal.TextTable.Align.RIGHT;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scenario as it went; the keys of {@code skerry bench --scenario --json}. Times in microseconds,
 * latencies from the moment at which a request should have been sent.
 *
 * @param seconds of one round of one arm
 */
public record ScenarioFacts(
    String file, int cores, double seconds, int rounds, List<ArmFacts> arms) {
  public ScenarioFacts {
    arms = List.copyOf(arms);
  }

  /**
   * One policy, all rounds together.
   *
   * @param coresUsed processor time of the process over the time that passed
   * @param timeline requests of a short while in the first round
   */
  public record ArmFacts(
      String policy, double coresUsed, List<LoadFacts> loads, List<Span> timeline) {
    public ArmFacts {
      loads = List.copyOf(loads);
      timeline = List.copyOf(timeline);
    }
  }

  /**
   * One model under one policy.
   *
   * @param missed requests that were refused, or answered after their deadline
   * @param restarts runs that were stopped and begun again
   * @param missedByRound shares, one a round
   * @param perSecond requests that were answered
   */
  public record LoadFacts(
      String name,
      String importance,
      @Nullable Double deadlineMicros,
      int requests,
      int refused,
      int missed,
      double missedShare,
      List<Double> missedByRound,
      long restarts,
      double p50Micros,
      double p90Micros,
      double p99Micros,
      double p999Micros,
      double maxMicros,
      double perSecond,
      List<Double> perSecondByRound) {
    public LoadFacts {
      missedByRound = List.copyOf(missedByRound);
      perSecondByRound = List.copyOf(perSecondByRound);
    }
  }

  /**
   * One request in the timeline; microseconds from the timeline's beginning.
   *
   * @param begins of its last run
   */
  public record Span(String load, double due, double begins, double ends, boolean missed) {}

  /** A table, ended by a line feed. */
  public String text(Terminal terminal) {
    TextTable table =
        TextTable.of(
            LEFT, LEFT, LEFT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT);
    table.row(
        "policy",
        "model",
        "class",
        "requests",
        "missed",
        "p50",
        "p90",
        "p99",
        "max",
        "restarts",
        "per s",
        "cores");
    for (ArmFacts arm : arms) {
      for (LoadFacts load : arm.loads()) {
        boolean first = load.equals(arm.loads().getFirst());
        table.row(
            first ? terminal.bold(arm.policy()) : "",
            Terminal.printable(load.name()),
            load.importance(),
            Figures.whole(load.requests()),
            load.deadlineMicros() == null ? "" : "%.2f %%".formatted(100 * load.missedShare()),
            Figures.micros(load.p50Micros()),
            Figures.micros(load.p90Micros()),
            Figures.micros(load.p99Micros()),
            Figures.micros(load.maxMicros()),
            Figures.whole(load.restarts()),
            "%.1f".formatted(load.perSecond()),
            first ? "%.2f".formatted(arm.coresUsed()) : "");
      }
    }
    return "%s\n  %d cores, %d rounds of %.0f s each\n\n%s"
        .formatted(
            terminal.bold(Terminal.printable(file)), cores, rounds, seconds, table.print("  "));
  }
}
