package dev.skerry.agent.fleet;

import dev.skerry.agent.traffic.RunFigures;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.Facts;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * Puts together what has changed since the fleet was last told. Counts are cumulative, so that a
 * report that is lost is made up for by the next.
 */
final class Reports {
  private final Facts facts;
  private final SequencedMap<String, String> labels;
  private final FleetLink.Device device;
  private final Supplier<OptionalLong> residentBytes;

  /** Names this process, so that its runs are told apart from those before. */
  private final String process;

  private boolean factsKnown;
  private List<ModelStatus> models = List.of();
  private final Map<String, RunFigures> known = new HashMap<>();

  Reports(
      Facts facts,
      SequencedMap<String, String> labels,
      FleetLink.Device device,
      String process,
      Supplier<OptionalLong> residentBytes) {
    this.facts = facts;
    this.labels = labels;
    this.device = device;
    this.process = process;
    this.residentBytes = residentBytes;
  }

  /**
   * A report, and what is known when it has arrived.
   *
   * @param runs figures in it, by the name of the run
   */
  record Draft(DeviceReport report, Map<String, RunFigures> runs) {}

  /**
   * What there is to tell; empty when the fleet knows it all.
   *
   * @param acknowledged number of the newest event that the fleet has
   */
  Optional<Draft> next(long acknowledged) {
    List<EventRecord> events = device.eventsAfter(acknowledged, DeviceReport.MOST_EVENTS);
    List<ModelStatus> now = device.models();
    Map<String, RunFigures> runs = new HashMap<>();
    List<QualityRecord> quality = new ArrayList<>();
    device
        .runs()
        .forEach((model, figures) -> figures.forEach(run -> add(model, run, runs, quality)));
    boolean nothing = events.isEmpty() && quality.isEmpty() && factsKnown && now.equals(models);
    return nothing
        ? Optional.empty()
        : Optional.of(
            new Draft(
                new DeviceReport(
                    factsKnown ? Optional.empty() : Optional.of(facts),
                    labels,
                    now,
                    events,
                    quality),
                runs));
  }

  private void add(
      String model, RunFigures run, Map<String, RunFigures> runs, List<QualityRecord> quality) {
    String name = "%s-%s-%d".formatted(process, model, run.number());
    if (run.equals(known.get(name)) || quality.size() == DeviceReport.MOST_QUALITY) {
      return;
    }
    runs.put(name, run);
    quality.add(
        new QualityRecord(
            model,
            run.counter(),
            name,
            run.side(),
            run.requests(),
            run.failed(),
            run.latency(),
            run.shadow(),
            run.live() ? residentBytes.get() : OptionalLong.empty()));
  }

  /** The fleet has {@code draft}. */
  void arrived(Draft draft) {
    factsKnown = true;
    models = draft.report().models();
    known.putAll(draft.runs());
    if (known.size() > 2 * DeviceReport.MOST_QUALITY) {
      known.keySet().retainAll(draft.runs().keySet());
    }
  }
}
