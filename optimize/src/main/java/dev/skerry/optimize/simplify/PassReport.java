package dev.skerry.optimize.simplify;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What the driver did, in order.
 *
 * @param nodesBefore nodes of the model, those of subgraphs included
 * @param nodesAfter likewise
 * @param rounds each going through the list of rules
 * @param notes what a user should know: a changed signature, limits reached, unknown shapes
 */
public record PassReport(
    int nodesBefore, int nodesAfter, Duration duration, List<Round> rounds, List<String> notes) {
  public PassReport {
    rounds = List.copyOf(rounds);
    notes = List.copyOf(notes);
  }

  /** One going through the list: the rules that were tried, in order. */
  public record Round(Duration observing, List<Invocation> invocations) {
    public Round {
      invocations = List.copyOf(invocations);
    }
  }

  /**
   * One rule, tried until it fired no more.
   *
   * @param fired where it fired, as {@link dev.skerry.graph.Node#label}
   */
  public record Invocation(
      String rule, List<String> fired, int nodesBefore, int nodesAfter, Duration duration) {
    public Invocation {
      fired = List.copyOf(fired);
    }

    public boolean changed() {
      return !fired.isEmpty();
    }
  }

  /** How often each rule fired, in the order of the list; rules that never fired are not there. */
  public SequencedMap<String, Integer> firings() {
    SequencedMap<String, Integer> firings = new LinkedHashMap<>();
    for (Round round : rounds) {
      for (Invocation invocation : round.invocations()) {
        if (invocation.changed()) {
          firings.merge(invocation.rule(), invocation.fired().size(), Integer::sum);
        }
      }
    }
    return firings;
  }
}
