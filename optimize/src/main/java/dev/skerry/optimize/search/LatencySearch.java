package dev.skerry.optimize.search;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.simplify.Layout;
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

  /** What changes no answer need only be faster for sure. */
  private static final double LEAST_EXACT_GAIN = 1;

  private static final PairedLatency TRIAL =
      new PairedLatency(Duration.ofMillis(400), 15, Duration.ofMillis(4));

  /** A candidate and the recipe that it was made by. */
  public record Form(Workshop workshop, Candidate candidate) {}

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

  /** The fastest form found; all integers, inputs as they were, when no change pays. */
  public Form fastest(Set<String> start) {
    Form best = new Form(workshop, workshop.make(start));
    log.add("int8 wherever a kernel exists", start, null, null, true);
    best = arranged(best);
    List<Set<String>> singles = singles(best.candidate());
    Form prefixed = tried(best, prefixes(best.candidate()));
    best = tried(prefixed, singles);
    // Of many single trials some are won by luck: together they have to win once more.
    return best.equals(prefixed) ? best : faster(prefixed, best, "all of these", LEAST_GAIN);
  }

  private Form tried(Form start, List<Set<String>> changes) {
    Form best = start;
    for (Set<String> change : changes) {
      if (log.isOver()) {
        break;
      }
      Set<String> kept = new HashSet<>(best.candidate().keptFloat());
      if (kept.addAll(change)) {
        Form changed = new Form(best.workshop(), best.workshop().make(kept));
        best = faster(best, changed, "float: " + String.join(", ", change), LEAST_GAIN);
      }
    }
    return best;
  }

  /** {@code form} with those other ways of reading its inputs that make it faster. */
  public Form arranged(Form form) {
    Form best = form;
    for (Layout layout : Layout.values()) {
      Set<Layout> layouts = new HashSet<>(best.workshop().layouts());
      if (log.isOver() || !layouts.add(layout)) {
        continue;
      }
      Workshop changed = best.workshop().withLayouts(layouts);
      Candidate candidate = changed.make(best.candidate().keptFloat());
      if (!nodes(candidate).equals(nodes(best.candidate()))) {
        best = faster(best, new Form(changed, candidate), layout.label(), LEAST_EXACT_GAIN);
      }
    }
    return best;
  }

  private static List<Node> nodes(Candidate candidate) {
    return candidate.model().graph().nodes();
  }

  /**
   * The challenger when it takes less than {@code share} of the incumbent's time for sure.
   *
   * <p>Each has two sessions, opened in a mirrored order: where a session's memory happens to lie
   * can cost it more than the gains that are looked for.
   */
  private Form faster(Form incumbent, Form challenger, String action, double share) {
    Model old = incumbent.candidate().model();
    Model changed = challenger.candidate().model();
    try (Running a = new Running(changed, inputs, config);
        Running b = new Running(old, inputs, config);
        Running c = new Running(old, inputs, config);
        Running d = new Running(changed, inputs, config)) {
      Comparison times = ofEach(TRIAL.compare(List.of(a, b, c, d)));
      Comparison.Ratio ratio = times.ratio(0, 1);
      boolean better = ratio.median() < share && ratio.isFaster();
      log.add(
          "%s, %.3f of the time".formatted(action, ratio.median()),
          challenger.candidate().keptFloat(),
          null,
          times.medianNanos(0) / 1e3,
          better);
      return better ? challenger : incumbent;
    }
  }

  /** Means of the outer two and the inner two of four. */
  private static Comparison ofEach(Comparison sessions) {
    return new Comparison(
        sessions.rounds().stream()
            .map(round -> new double[] {(round[0] + round[3]) / 2, (round[1] + round[2]) / 2})
            .toList());
  }

  private static List<Set<String>> prefixes(Candidate all) {
    List<Node> weighted = all.placement().weighted();
    List<Set<String>> prefixes = new ArrayList<>();
    Set<String> prefix = new LinkedHashSet<>();
    for (Node node : weighted.subList(0, Math.min(LONGEST_PREFIX, weighted.size()))) {
      prefix.add(node.output(0));
      prefixes.add(new LinkedHashSet<>(prefix));
    }
    return prefixes;
  }

  /** Single nodes, the most promising first. */
  private List<Set<String>> singles(Candidate all) {
    List<Node> weighted = all.placement().weighted();
    NodeTimes integer = NodeTimes.of(all.model(), inputs, config, PROFILE_RUNS);
    NodeTimes floating = NodeTimes.of(workshop.base(), inputs, config, PROFILE_RUNS);
    return all.placement().integers().stream()
        .sorted(Comparator.comparingDouble((Node node) -> -gain(node, integer, floating)))
        .limit(MOST_SINGLE_TRIALS)
        .filter(node -> gain(node, integer, floating) > 0 || isLast(node, weighted))
        .map(node -> Set.of(node.output(0)))
        .toList();
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
