package dev.skerry.runtime;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where the time of a model goes, node by node, averaged over the faster half of many runs.
 *
 * <p>Measuring slows the runs down: compare nodes with one another, and take the whole model's
 * latency from {@link SingleStream}.
 *
 * @param nodes in the order in which they first ran
 * @param runMicros time of a whole run under measurement
 * @param peakArenaBytes most memory that the engine's arena held in use at once: activations and
 *     those weights that it copies or repacks
 * @param runs that were averaged
 */
public record Profile(List<NodeTime> nodes, double runMicros, long peakArenaBytes, int runs) {
  /** Events that the engine keeps at most; it drops later ones. */
  private static final int MAX_EVENTS = 1_000_000;

  private static final int WARM_UP_RUNS = 5;

  public Profile {
    nodes = List.copyOf(nodes);
  }

  /**
   * Profiles {@code runs} runs of {@code model} on {@code inputs}, after a few that do not count.
   */
  public static Profile of(
      Model model, Map<String, Tensor> inputs, SessionConfig config, int runs) {
    return profile(opening -> Session.open(model, opening), inputs, config, runs);
  }

  /** As {@link #of(Model, Map, SessionConfig, int)}, of the model in {@code file}. */
  public static Profile of(Path file, Map<String, Tensor> inputs, SessionConfig config, int runs) {
    return profile(opening -> Session.open(file, opening), inputs, config, runs);
  }

  private static Profile profile(
      Function<Opening, Session> open, Map<String, Tensor> inputs, SessionConfig config, int runs) {
    if (runs < 1) {
      throw ConfigKeys.usage("a profile takes at least 1 run, not %d".formatted(runs));
    }
    try (ScratchFolder scratch = ScratchFolder.create();
        Session session = open.apply(new Opening(config, scratch.file("profile"), null))) {
      List<String> outputs = session.outputs().stream().map(value -> value.name()).toList();
      for (int i = 0; i < WARM_UP_RUNS + runs; i++) {
        session.run(inputs, outputs);
      }
      return ProfileReader.read(session.endProfiling(), WARM_UP_RUNS, runs, MAX_EVENTS);
    }
  }

  /** Time per run of each operator that ran, without the nodes inside, slowest first. */
  public SequencedMap<String, Double> microsByOp() {
    Map<String, Double> sums =
        nodes.stream()
            .collect(
                Collectors.groupingBy(
                    NodeTime::op, Collectors.summingDouble(NodeTime::selfMicros)));
    SequencedMap<String, Double> sorted = new LinkedHashMap<>();
    sums.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** How many nodes ran on which provider: more than one key means that the model is split. */
  public SequencedMap<String, Long> nodesByProvider() {
    return nodes.stream()
        .collect(Collectors.groupingBy(NodeTime::provider, TreeMap::new, Collectors.counting()));
  }
}
