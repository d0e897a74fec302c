package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphText;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drives the rules over a model until none fires: verifies after each, sweeps what became useless,
 * keeps order, counts and times.
 *
 * <p>The names, order and meaning of inputs and outputs stay. A model between two rules is always
 * whole, so stopping early, at a limit, gives a valid model.
 */
public final class Simplifier {
  private final SimplifyOptions options;
  private final Names names;
  private final Instant started;
  private final List<String> notes = new ArrayList<>();
  private final List<PassReport.Round> rounds = new ArrayList<>();
  private Model model;
  private int firings;
  private int dumps;

  private Simplifier(Model model, SimplifyOptions options) {
    this.options = options;
    this.started = options.clock().instant();
    this.model =
        Signature.bound(Signature.withoutDefaultInputs(model, notes), options.dimensions());
    this.names = new Names(this.model.graph());
  }

  /**
   * A model that computes the same outputs from the same inputs with less.
   *
   * @throws SkerryException BAD_MODEL when {@code model} is not valid
   */
  public static Simplified simplify(Model model, SimplifyOptions options) {
    return simplify(
        model, options, options.beforeQuantizing() ? Rules.beforeQuantizing() : Rules.standard());
  }

  /** {@code model} with its inputs read in these ways where they apply; else the same model. */
  public static Model arrange(Model model, Set<Layout> layouts) {
    if (layouts.isEmpty()) {
      return model;
    }
    List<Step> steps = layouts.stream().sorted().map(Rules::of).toList();
    Simplified arranged = simplify(model, SimplifyOptions.standard(), steps);
    return arranged.report().firings().isEmpty() ? model : arranged.model();
  }

  /** As {@link #simplify(Model, SimplifyOptions)} with just these rules. */
  static Simplified simplify(Model model, SimplifyOptions options, List<Step> steps) {
    Verifier.require(model);
    Simplifier simplifier = new Simplifier(model, options);
    simplifier.model = simplifier.model.withGraph(Sweep.sweep(simplifier.model.graph()));
    simplifier.run(
        steps.stream().filter(step -> !options.skipped().contains(step.name())).toList());
    return new Simplified(
        simplifier.model,
        new PassReport(
            count(model.graph()),
            count(simplifier.model.graph()),
            simplifier.since(simplifier.started),
            simplifier.rounds,
            simplifier.notes));
  }

  private void run(List<Step> steps) {
    for (int round = 0; round < options.maxRounds(); round++) {
      PassReport.Round done = round(steps);
      rounds.add(done);
      if (done.invocations().stream().noneMatch(PassReport.Invocation::changed) || exhausted()) {
        return;
      }
    }
    notes.add(
        "stopped after %d rounds, the limit; still firing: %s"
            .formatted(
                options.maxRounds(),
                rounds.getLast().invocations().stream()
                    .filter(PassReport.Invocation::changed)
                    .map(PassReport.Invocation::rule)
                    .toList()));
  }

  private PassReport.Round round(List<Step> steps) {
    Instant begun = options.clock().instant();
    Evaluation evaluation = new Evaluation(model);
    Facts facts = observe(evaluation);
    Duration observing = since(begun);
    List<PassReport.Invocation> invocations = new ArrayList<>();
    for (Step step : steps) {
      if (exhausted()) {
        break;
      }
      invocations.add(invoke(step, facts, evaluation));
    }
    return new PassReport.Round(observing, invocations);
  }

  private Facts observe(Evaluation evaluation) {
    try {
      return Observation.of(model.graph(), evaluation);
    } catch (SkerryException e) {
      Throwable cause = e.getCause();
      note(cause == null ? e.getMessage() : e.getMessage() + " (" + cause.getMessage() + ")");
      return Facts.NONE;
    }
  }

  private boolean exhausted() {
    if (firings >= options.maxFirings()) {
      return true;
    }
    boolean late = since(started).compareTo(options.timeLimit()) > 0;
    if (late) {
      note("stopped at the time limit of " + options.timeLimit());
    }
    return late;
  }

  private void note(@Nullable String note) {
    if (note != null && !notes.contains(note)) {
      notes.add(note);
    }
  }

  private Duration since(Instant start) {
    return Duration.between(start, options.clock().instant());
  }

  private PassReport.Invocation invoke(Step step, Facts facts, Evaluation evaluation) {
    Instant begun = options.clock().instant();
    int before = count(model.graph());
    List<String> fired = new ArrayList<>();
    for (int sweep = 0; sweep < options.maxRounds() && firings < options.maxFirings(); sweep++) {
      int already = fired.size();
      GraphView view = new GraphView(model.graph(), null, facts, names, model.opset(), evaluation);
      Graph changed = applied(step, view, fired);
      if (fired.size() == already) {
        break;
      }
      model = model.withGraph(changed);
      verify(step);
    }
    return new PassReport.Invocation(
        step.name(), fired, before, count(model.graph()), since(begun));
  }

  private void verify(Step step) {
    try {
      Verifier.require(model);
    } catch (SkerryException e) {
      throw new IllegalStateException("rule " + step.name() + " broke the model", e);
    }
    Path folder = options.dumpFolder();
    if (folder != null) {
      dump(folder, step);
    }
  }

  private void dump(Path folder, Step step) {
    String file = "%03d-%s.txt".formatted(++dumps, step.name());
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve(file), GraphText.print(model));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the dump " + folder.resolve(file), e);
    }
  }

  /** One sweep of one rule over a graph, then over the graphs inside its nodes. */
  private Graph applied(Step step, GraphView view, List<String> fired) {
    Edit edit = new Edit(view);
    boolean changed =
        switch (step) {
          case Step.Whole(GraphRule rule) ->
              take(rule.apply(view), view.graph().name(), edit, fired);
          case Step.Each(Rule rule) -> {
            boolean any = false;
            for (Node node : view.graph().nodes()) {
              any |= take(rule.apply(node, view), node.label(), edit, fired);
            }
            yield any;
          }
        };
    // A rewrite may have moved or renamed what subgraphs take: they get their turn next time.
    return changed ? edit.apply() : inside(step, view, fired);
  }

  private boolean take(Optional<Rewrite> rewrite, String where, Edit edit, List<String> fired) {
    if (rewrite.isEmpty() || firings >= options.maxFirings() || !edit.add(rewrite.get())) {
      return false;
    }
    firings++;
    fired.add(where);
    return true;
  }

  private Graph inside(Step step, GraphView view, List<String> fired) {
    List<Node> nodes = new ArrayList<>();
    boolean changed = false;
    for (Node node : view.graph().nodes()) {
      Node inner = node;
      for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
        if (entry.getValue() instanceof Attribute.GraphValue(Graph subgraph)) {
          GraphView within = view.inside(subgraph);
          int already = fired.size();
          Graph result = applied(step, within, fired);
          if (fired.size() > already) {
            inner = inner.with(entry.getKey(), new Attribute.GraphValue(result));
          }
        }
      }
      changed |= inner != node;
      nodes.add(inner);
    }
    return changed ? Sweep.sweep(view.graph().withNodes(nodes)) : view.graph();
  }

  private static int count(Graph graph) {
    return graph.nodes().stream()
        .mapToInt(node -> 1 + node.subgraphs().stream().mapToInt(Simplifier::count).sum())
        .sum();
  }
}
