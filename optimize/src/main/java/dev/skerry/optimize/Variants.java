package dev.skerry.optimize;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizationReport.Form;
import dev.skerry.optimize.OptimizationReport.SearchStep;
import dev.skerry.optimize.OptimizationReport.TensorError;
import dev.skerry.optimize.moments.Moments;
import dev.skerry.optimize.moments.SampleBatches;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.quantize.BlockQuantizer;
import dev.skerry.optimize.quantize.DynamicQuantizer;
import dev.skerry.optimize.quantize.Equalization;
import dev.skerry.optimize.quantize.HalfPrecision;
import dev.skerry.optimize.quantize.Placement;
import dev.skerry.optimize.quantize.WeightStorage;
import dev.skerry.optimize.search.AccuracySearch;
import dev.skerry.optimize.search.Candidate;
import dev.skerry.optimize.search.LatencySearch;
import dev.skerry.optimize.search.NodeTimes;
import dev.skerry.optimize.search.SearchLog;
import dev.skerry.optimize.search.Sensitivity;
import dev.skerry.optimize.search.TensorErrors;
import dev.skerry.optimize.search.Workshop;
import dev.skerry.optimize.target.Target;
import dev.skerry.runtime.Comparison;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.metric.Evaluator;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Makes one target's graph from the float graph: chooses its form, then searches within it. */
final class Variants {
  /** What storing constants in half precision is called. */
  private static final String NARROW = "constants in half precision";

  /** Of the budget, what storage alone may cost. */
  private static final double STORAGE_SHARE = 0.25;

  private static final String CONTRIB_DOMAIN = "com.microsoft";

  /** Inputs that share a scale: as most published 4-bit models have. */
  private static final int BLOCK_SIZE = 32;

  private static final int PROFILE_RUNS = 40;

  /** Samples for means per channel. */
  private static final int MOST_BIAS_SAMPLES = 64;

  /** Samples for second moments. */
  private static final int MOST_MOMENT_SAMPLES = 512;

  /** What inputs of samples may take that are kept in memory. */
  private static final long MOST_KEPT_BYTES = 64 << 20;

  private static final int BATCH = 32;
  private static final int TENSOR_ERROR_SAMPLES = 8;
  private static final Duration DECISIVE = Duration.ofSeconds(2);

  private final Model simplified;
  private final Model base;
  private final @Nullable Calibrated calibrated;
  private final Map<String, Tensor> inputs;
  private final SessionConfig config;
  private final Duration timeLimit;
  private final Consumer<String> progress;

  /**
   * What calibration data gives to a search.
   *
   * @param tuning judges whole candidates
   * @param quick judges them on fewer samples, once per node
   * @param labelled whether the metric is held against labels
   */
  record Calibrated(
      CalibrationData data,
      Observations observations,
      Evaluator tuning,
      Evaluator quick,
      boolean labelled,
      double maxDropPp) {}

  /**
   * A graph for a target.
   *
   * @param technique in a few words
   * @param reason what decided the form
   * @param forms of nodes of the base graph, by first output, with the reason
   */
  record Made(
      Model model,
      String technique,
      String reason,
      Map<String, Decided> forms,
      List<TensorError> tensorErrors,
      List<SearchStep> search) {
    /** The same with its graph written otherwise. */
    Made with(Model changed) {
      return with(changed, technique, search);
    }

    /** The same nodes over other constants, and how that came about. */
    Made with(Model changed, String by, List<SearchStep> steps) {
      return new Made(changed, by, reason, forms, tensorErrors, steps);
    }
  }

  /** The form of one node and why. */
  record Decided(Form form, String reason) {}

  /**
   * Makes graphs from {@code simplified}.
   *
   * @param base the same at an opset and in operators that can be quantized
   * @param calibrated null without calibration data
   * @param inputs one sample, on which times are measured
   */
  Variants(
      Model simplified,
      Model base,
      @Nullable Calibrated calibrated,
      Map<String, Tensor> inputs,
      SessionConfig config,
      Duration timeLimit,
      Consumer<String> progress) {
    this.simplified = simplified;
    this.base = base;
    this.calibrated = calibrated;
    this.inputs = inputs;
    this.config = config;
    this.timeLimit = timeLimit;
    this.progress = progress;
  }

  /**
   * The graph for {@code target}.
   *
   * @param measuredHere whether times on this machine are the target's
   */
  Made make(Target target, boolean measuredHere) {
    Made made = searched(target, measuredHere);
    return made.with(made.model().withGraph(WeightStorage.compact(made.model().graph())));
  }

  private Made searched(Target target, boolean measuredHere) {
    SearchLog log = new SearchLog(Ticker.system(), timeLimit, progress);
    return switch (target.form()) {
      case FLOAT -> floating("the target asks for float", log);
      case FLOAT16 -> half(log);
      case INT8 -> integer(target, measuredHere, log);
      case DYNAMIC_INT8 -> light(target, measuredHere, "the target asks for dynamic int8", log);
      case INT8_WEIGHTS -> blocks(8, log);
      case INT4_WEIGHTS -> blocks(4, log);
    };
  }

  /** What is always safe. */
  Made simplified(String reason) {
    return floating(reason, new SearchLog(Ticker.system(), timeLimit, progress));
  }

  private Made floating(String reason, SearchLog log) {
    Map<String, Decided> forms = new HashMap<>();
    for (Node node : simplified.graph().nodes()) {
      forms.put(node.output(0), new Decided(Form.FLOAT, reason));
    }
    return new Made(simplified, "simplified float", reason, forms, List.of(), log.steps());
  }

  private Made half(SearchLog log) {
    String refusal = HalfPrecision.refuses(simplified).orElse("");
    if (!refusal.isEmpty()) {
      return floating("not in half precision: " + refusal, log);
    }
    Map<String, Decided> forms = new HashMap<>();
    for (Node node : simplified.graph().nodes()) {
      forms.put(node.output(0), new Decided(Form.FLOAT16, "the target asks for half precision"));
    }
    return new Made(
        HalfPrecision.convert(simplified),
        "half precision",
        "the target asks for half precision",
        forms,
        List.of(),
        log.steps());
  }

  private Made integer(Target target, boolean measuredHere, SearchLog log) {
    Placement everywhere = new Placement(new GraphIndex(base.graph()), Set.of());
    Calibrated known = calibrated;
    if (known == null || everywhere.weighted().isEmpty()) {
      String reason =
          known == null
              ? "without calibration data only what needs none is safe"
              : "no operator of the main graph has a static integer kernel";
      return light(target, measuredHere, reason, log);
    }
    Workshop workshop = Workshop.of(base, target, known.observations());
    Sensitivity sensitivity = Sensitivity.of(workshop, known.quick(), log);
    Set<String> start = new HashSet<>(sensitivity.spoilers());
    if (!measuredHere && target.depthwise() == Target.Depthwise.FLOAT) {
      start.addAll(everywhere.depthwise());
    }
    LatencySearch latency = new LatencySearch(workshop, inputs, config, log);
    LatencySearch.Form form =
        measuredHere
            ? latency.fastest(start)
            : new LatencySearch.Form(workshop, workshop.make(start));
    Candidate fastest = form.candidate();
    if (measuredHere && !isFaster(fastest.model(), log)) {
      return unquantized("int8 is not faster than float on this machine", known, log);
    }
    AccuracySearch accuracy =
        new AccuracySearch(
            known.tuning(),
            known.labelled(),
            known.observations(),
            known.data().few(kept(MOST_BIAS_SAMPLES)),
            () -> equalized(target, known),
            known.maxDropPp(),
            log);
    AccuracySearch.Found found =
        accuracy.improve(
            form.workshop(),
            fastest,
            sensitivity,
            measuredHere ? costMicros(fastest) : _ -> 1,
            (a, b) -> measuredHere ? isFaster(a, b) : a.keptFloat().size() < b.keptFloat().size());
    Candidate chosen =
        measuredHere
            ? latency
                .arranged(new LatencySearch.Form(found.workshop(), found.candidate()))
                .candidate()
            : found.candidate();
    boolean changed = !chosen.keptFloat().equals(fastest.keptFloat());
    if (chosen.placement().weighted().isEmpty()) {
      return unquantized("the budget leaves no node on integers", known, log);
    }
    if (measuredHere && changed && !isFaster(chosen.model(), log)) {
      return unquantized(
          "with enough nodes in float for the budget, int8 is not faster", known, log);
    }
    return new Made(
        chosen.model(),
        "static int8",
        reason(target, measuredHere),
        new Decisions(base, chosen, sensitivity.spoilers(), fastest.keptFloat(), measuredHere)
            .byOutput(),
        TensorErrors.of(base, chosen, known.data().few(TENSOR_ERROR_SAMPLES)),
        log.steps());
  }

  private int kept(int samples) {
    long bytes = inputs.values().stream().mapToLong(Tensor::byteSize).sum();
    return (int) Math.clamp(MOST_KEPT_BYTES / Math.max(1, bytes), 1, samples);
  }

  /** A workshop for the base graph with evened-out channels, whose ranges are observed anew. */
  private Workshop equalized(Target target, Calibrated known) {
    Model equalized = Equalization.equalize(base);
    return Workshop.of(
        equalized,
        target,
        known.data().observe(equalized, known.observations().histograms().keySet()));
  }

  private static String reason(Target target, boolean measuredHere) {
    return measuredHere
        ? "placed by times measured on this machine"
        : "placed by rule: this machine is not of the class " + target.name();
  }

  private boolean isFaster(Candidate a, Candidate b) {
    return LatencySearch.compare(List.of(a.model(), b.model()), inputs, config, DECISIVE)
            .ratio(0, 1)
            .median()
        < 1;
  }

  private boolean isFaster(Model candidate, SearchLog log) {
    Comparison times =
        LatencySearch.compare(List.of(candidate, simplified), inputs, config, DECISIVE);
    Comparison.Ratio ratio = times.ratio(0, 1);
    boolean faster = ratio.median() < 1;
    log.add(
        "against simplified float: %.3f of the time".formatted(ratio.median()),
        Set.of(),
        null,
        times.medianNanos(0) / 1e3,
        faster);
    return faster;
  }

  private ToDoubleFunction<Node> costMicros(Candidate candidate) {
    GraphIndex index = new GraphIndex(base.graph());
    NodeTimes integer = NodeTimes.of(candidate.model(), inputs, config, PROFILE_RUNS);
    NodeTimes floating = NodeTimes.of(base, inputs, config, PROFILE_RUNS);
    return node -> floating.of(node, index).orElse(0.0) - integer.of(node, index).orElse(0.0);
  }

  /**
   * Float where integers do not pay: its constants in half precision, which halves the file and
   * keeps the speed, unless calibration data shows that this costs more than a small part of the
   * budget.
   */
  private Made unquantized(String reason, Calibrated known, SearchLog log) {
    Model narrow = simplified.withGraph(WeightStorage.narrow(simplified.graph()));
    double lost = known.tuning().score(narrow).dropPp();
    boolean holds = lost <= known.maxDropPp() * STORAGE_SHARE;
    log.add(
        "%s: %.2f pp lost on calibration data".formatted(NARROW, lost),
        Set.of(),
        null,
        null,
        holds);
    return holds ? uniform(narrow, NARROW, reason, Form.FLOAT, log) : floating(reason, log);
  }

  /** What needs no data: narrow constants, dynamic integer products where they are faster. */
  private Made light(Target target, boolean measuredHere, String reason, SearchLog log) {
    Model dynamic = dynamic(target);
    if (dynamic != simplified) {
      Model candidate = dynamic.withGraph(WeightStorage.narrow(dynamic.graph()));
      if (!measuredHere || isFaster(candidate, log)) {
        return uniform(
            candidate,
            "dynamic int8, other constants in half precision",
            reason,
            Form.DYNAMIC_INT8,
            log);
      }
    }
    return uniform(
        simplified.withGraph(WeightStorage.narrow(simplified.graph())),
        NARROW,
        reason,
        Form.FLOAT,
        log);
  }

  /** The float graph itself when it has nothing that runs on integers dynamically. */
  private Model dynamic(Target target) {
    DynamicQuantizer.Result result = DynamicQuantizer.quantize(base.graph(), target.weights());
    return result.changed().isEmpty()
        ? simplified
        : base.withGraph(result.graph()).withOpset(CONTRIB_DOMAIN, 1);
  }

  private Made blocks(int bits, SearchLog log) {
    Calibrated known = calibrated;
    Moments observed =
        known == null
            ? Moments.NONE
            : BlockQuantizer.inputs(
                base, SampleBatches.of(base, known.data().few(kept(MOST_MOMENT_SAMPLES)), BATCH));
    Model blocks =
        base.withGraph(BlockQuantizer.quantize(base.graph(), bits, BLOCK_SIZE, observed))
            .withOpset(CONTRIB_DOMAIN, 1);
    return uniform(
        blocks,
        "int%d weights in blocks of %d%s"
            .formatted(bits, BLOCK_SIZE, known == null ? "" : ", rounded by GPTQ"),
        "the target asks for narrow weights",
        bits == 4 ? Form.INT4_WEIGHTS : Form.INT8_WEIGHTS,
        log);
  }

  /** A graph in which every operator that was changed was changed alike. */
  private Made uniform(Model model, String technique, String reason, Form form, SearchLog log) {
    Set<Node> kept = Set.copyOf(model.graph().nodes());
    Map<String, Decided> forms = new HashMap<>();
    for (Node node : base.graph().nodes()) {
      forms.put(
          node.output(0),
          kept.contains(node)
              ? new Decided(Form.FLOAT, "as it was")
              : new Decided(form, technique));
    }
    return new Made(model, technique, reason, forms, List.of(), log.steps());
  }
}
