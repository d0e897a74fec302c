package dev.skerry.runtime;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the engine's profile: an array of trace events, of which those named {@code
 * <node>_kernel_time} are nodes and those named {@code model_run} end a run. Nodes inside another
 * come before it.
 */
final class ProfileReader {
  private static final String NODE_SUFFIX = "_kernel_time";
  private static final String RUN = "model_run";
  private static final List<String> NESTING_OPS = List.of("If", "Loop", "Scan");
  private static final JsonMapper JSON = JsonMapper.shared();

  private ProfileReader() {}

  /** One event; times in microseconds. */
  private record Event(String name, long ts, long dur, @Nullable Arguments args) {
    boolean isNode() {
      return name.endsWith(NODE_SUFFIX);
    }
  }

  /** What is said of a node; the engine writes numbers as text. */
  @SuppressWarnings("RecordComponentName") // the engine's own keys
  private record Arguments(
      @Nullable String op_name,
      @Nullable String provider,
      @Nullable String output_size,
      @Nullable String mem_in_use_peak) {}

  /** A node's call in one run, and what the nodes inside it took of its time. */
  private record Call(Event event, long insideMicros) {
    String op() {
      return Objects.requireNonNullElse(arguments().op_name(), "");
    }

    String provider() {
      return Provider.shortName(Objects.requireNonNullElse(arguments().provider(), "cpu"));
    }

    Arguments arguments() {
      return Objects.requireNonNull(event.args());
    }

    String node() {
      return event.name().substring(0, event.name().length() - NODE_SUFFIX.length());
    }
  }

  /** One run of the model. */
  private record Run(long micros, List<Call> calls) {}

  static Profile read(Path file, int warmUpRuns, int runs, int maxEvents) {
    List<Run> all = runs(file);
    if (all.size() != warmUpRuns + runs) {
      throw new SkerryException(
          ErrorCode.ENGINE,
          "the engine's profile holds %d of %d runs: it keeps %,d events; profile fewer runs"
              .formatted(all.size(), warmUpRuns + runs, maxEvents));
    }
    List<Run> faster =
        all.subList(warmUpRuns, all.size()).stream()
            .sorted(Comparator.comparingLong(Run::micros))
            .limit((runs + 1) / 2)
            .toList();
    return average(faster);
  }

  private static List<Run> runs(Path file) {
    List<Run> runs = new ArrayList<>();
    List<Call> calls = new ArrayList<>();
    List<Call> open = new ArrayList<>();
    try (MappingIterator<Event> events = JSON.readerFor(Event.class).readValues(file.toFile())) {
      while (events.hasNextValue()) {
        Event event = events.nextValue();
        if (event.isNode()) {
          Call call = new Call(event, takeInside(event, open));
          calls.add(call);
          open.add(call);
        } else if (event.name().equals(RUN)) {
          runs.add(new Run(event.dur(), List.copyOf(calls)));
          calls.clear();
          open.clear();
        }
      }
    } catch (JacksonException e) {
      throw new SkerryException(
          ErrorCode.ENGINE, "the engine's profile cannot be read: " + e.getOriginalMessage(), e);
    }
    return runs;
  }

  /** Removes from {@code open} the calls that ran inside {@code outer}, and adds up their time. */
  private static long takeInside(Event outer, List<Call> open) {
    Arguments arguments = outer.args();
    if (arguments == null || !NESTING_OPS.contains(arguments.op_name())) {
      return 0;
    }
    long micros = 0;
    while (!open.isEmpty() && open.getLast().event().ts() >= outer.ts()) {
      micros += open.removeLast().event().dur();
    }
    return Math.min(micros, outer.dur());
  }

  private static Profile average(List<Run> runs) {
    Map<String, List<Call>> byNode = new LinkedHashMap<>();
    long peakBytes = 0;
    for (Run run : runs) {
      for (Call call : run.calls()) {
        byNode.computeIfAbsent(call.node(), _ -> new ArrayList<>()).add(call);
        peakBytes = Math.max(peakBytes, number(call.arguments().mem_in_use_peak()));
      }
    }
    List<NodeTime> nodes = byNode.values().stream().map(calls -> time(calls, runs.size())).toList();
    double micros = runs.stream().mapToLong(Run::micros).average().orElse(0);
    return new Profile(nodes, micros, peakBytes, runs.size());
  }

  private static NodeTime time(List<Call> calls, double runs) {
    Call any = calls.getFirst();
    long micros = calls.stream().mapToLong(call -> call.event().dur()).sum();
    long inside = calls.stream().mapToLong(Call::insideMicros).sum();
    return new NodeTime(
        any.node(),
        any.op(),
        any.provider(),
        micros / runs,
        (micros - inside) / runs,
        calls.size() / runs,
        number(any.arguments().output_size()));
  }

  private static long number(@Nullable String text) {
    return text == null || text.isEmpty() ? 0 : Long.parseLong(text);
  }
}
