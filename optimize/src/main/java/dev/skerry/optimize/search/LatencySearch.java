package dev.skerry.optimize.search;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.Comparison;
import dev.skerry.runtime.PairedLatency;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the placement that is fastest on this machine.
 *
 * <p>Starts with integers everywhere and gives nodes back to float where whole-model latency falls.
 * Times of single nodes only order what is tried: what a node costs depends on the conversions and
 * layout changes that its neighbours then need, so every decision is a measured pair of models.
 */
public final class LatencySearch {
  private static final int PROFILE_RUNS = 40;

  /** Nodes tried on their own; the gain of the rest is below what can be measured. */
  private static final int MOST_SINGLE_TRIALS = 16;

  /** A graph's first nodes have few channels and large planes, where integer kernels gain least. */
  private static final int LONGEST_PREFIX = 4;

  /** Faster by less than this is not worth a node in float. */
  private static final double LEAST_GAIN = 0.99;

  private static final PairedLatency TRIAL =
      new PairedLatency(Duration.ofMillis(400), 15, Duration.ofMillis(4));

  private final Workshop workshop;
  private final Map<String, Tensor> inputs;
  private final SessionConfig config;
  private final SearchLog log;
  private final GraphIndex index;

  public LatencySearch(
      Workshop workshop, Map<String, Tensor> inputs, SessionConfig config, SearchLog log) {
    this.workshop = workshop;
    this.inputs = inputs;
    this.config = config;
    this.log = log;
    this.index = new GraphIndex(workshop.base().graph());
  }

  /** The fastest candidate found; {@code start} when no change pays. */
  public Candidate fastest(Set<String> start) {
    Candidate best = workshop.make(start);
    log.add("int8 wherever a kernel exists", best.keptFloat(), null, null, true);
    for (Set<String> change : changes(best)) {
      if (log.isOver()) {
        break;
      }
      if (best.keptFloat().containsAll(change)) {
        continue;
      }
      best = tried(best, change);
    }
    return best;
  }

  private Candidate tried(Candidate best, Set<String> change) {
    Set<String> kept = new HashSet<>(best.keptFloat());
    kept.addAll(change);
    Candidate candidate = workshop.make(kept);
    try (Running incumbent = new Running(best.model(), inputs, config);
        Running challenger = new Running(candidate.model(), inputs, config)) {
      Comparison times = TRIAL.compare(List.of(challenger, incumbent));
      Comparison.Ratio ratio = times.ratio(0, 1);
      boolean better = ratio.median() < LEAST_GAIN && ratio.isFaster();
      log.add(
          "float: %s, %.3f of the time".formatted(String.join(", ", change), ratio.median()),
          kept,
          null,
          times.medianNanos(0) / 1e3,
          better);
      return better ? candidate : best;
    }
  }

  /** What to try, the most promising first: prefixes, then single nodes by expected gain. */
  private List<Set<String>> changes(Candidate all) {
    List<Node> weighted = all.placement().weighted();
    List<Set<String>> changes = new ArrayList<>();
    Set<String> prefix = new LinkedHashSet<>();
    for (Node node : weighted.subList(0, Math.min(LONGEST_PREFIX, weighted.size()))) {
      prefix.add(node.output(0));
      changes.add(new LinkedHashSet<>(prefix));
    }
    NodeTimes integer = NodeTimes.of(all.model(), inputs, config, PROFILE_RUNS);
    NodeTimes floating = NodeTimes.of(workshop.base(), inputs, config, PROFILE_RUNS);
    all.placement().integers().stream()
        .sorted(Comparator.comparingDouble((Node node) -> -gain(node, integer, floating)))
        .limit(MOST_SINGLE_TRIALS)
        .filter(node -> gain(node, integer, floating) > 0 || isLast(node, weighted))
        .map(node -> Set.of(node.output(0)))
        .forEach(changes::add);
    return changes;
  }

  private static boolean isLast(Node node, List<Node> weighted) {
    return !weighted.isEmpty() && weighted.getLast().equals(node);
  }

  private double gain(Node node, NodeTimes integer, NodeTimes floating) {
    return integer.of(node, index).orElse(0.0) - floating.of(node, index).orElse(0.0);
  }

  /**
   * How long {@code candidates} take on one set of inputs, in one measurement.
   *
   * @param budget time for all together
   */
  public static Comparison compare(
      List<Model> candidates, Map<String, Tensor> inputs, SessionConfig config, Duration budget) {
    List<Running> running = new ArrayList<>();
    try {
      candidates.forEach(model -> running.add(new Running(model, inputs, config)));
      return PairedLatency.standard().withBudget(budget).compare(running);
    } finally {
      running.reversed().forEach(Running::close);
    }
  }

  /** A model bound to its inputs, closed in reverse order. */
  private static final class Running implements Runnable, AutoCloseable {
    private final Session session;
    private final Binding binding;

    Running(Model model, Map<String, Tensor> inputs, SessionConfig config) {
      session = Session.open(model, config);
      binding = session.bind(inputs, session.outputs().stream().map(ValueInfo::name).toList());
    }

    @Override
    public void run() {
      binding.run();
    }

    @Override
    public void close() {
      binding.close();
      session.close();
    }
  }
}
