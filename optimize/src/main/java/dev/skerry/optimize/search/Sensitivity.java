package dev.skerry.optimize.search;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.optimize.quantize.Placement;
import dev.skerry.runtime.metric.Evaluator;
import dev.skerry.runtime.metric.Score;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much noise each weighted node brings to the outputs when it alone runs on integers.
 *
 * <p>Noise of independent roundings adds up in power, so these figures tell which nodes to give
 * back to float better than leaving them out of a model that is noisy everywhere.
 *
 * @param decibels signal-to-noise of the outputs with only this node on integers, by first output
 */
public record Sensitivity(SequencedMap<String, Double> decibels) {
  /** A node that alone leaves less signal than this ruins the model. */
  private static final double SPOILED_DB = 12;

  public Sensitivity {
    decibels = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(decibels));
  }

  /** Measures every weighted node of {@code workshop}'s model on the samples of {@code quick}. */
  public static Sensitivity of(Workshop workshop, Evaluator quick, SearchLog log) {
    List<String> weighted =
        new Placement(new GraphIndex(workshop.base().graph()), Set.of())
            .weighted().stream().map(node -> node.output(0)).toList();
    SequencedMap<String, Double> decibels = new LinkedHashMap<>();
    for (String output : weighted) {
      if (log.isOver()) {
        break;
      }
      Set<String> others = new LinkedHashSet<>(weighted);
      others.remove(output);
      decibels.put(output, combinedDb(quick.score(workshop.make(others).model())));
    }
    Sensitivity found = new Sensitivity(decibels);
    log.add(
        "each of %d nodes on integers alone: %d ruin the outputs"
            .formatted(decibels.size(), found.spoilers().size()),
        found.spoilers(),
        null,
        null,
        true);
    return found;
  }

  /**
   * One figure for all outputs: that of their mean noise, so that an output that a node cannot
   * reach does not hide what happens to another.
   */
  static double combinedDb(Score score) {
    double noise =
        score.snrDb().values().stream()
            .mapToDouble(db -> Math.pow(10, -db / 10))
            .average()
            .orElse(1);
    return -10 * Math.log10(noise);
  }

  /** The nodes that no model can have on integers. */
  public Set<String> spoilers() {
    return decibels.entrySet().stream()
        .filter(entry -> entry.getValue() < SPOILED_DB)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Noise power over signal power that {@code node} brings; 0 when it was not measured. */
  double noise(Node node) {
    Double db = decibels.get(node.output(0));
    return db == null ? 0 : Math.pow(10, -db / 10);
  }
}
