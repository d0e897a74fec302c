package dev.skerry.optimize;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizationReport.DataFacts;
import dev.skerry.optimize.OptimizationReport.Decision;
import dev.skerry.optimize.OptimizationReport.Form;
import dev.skerry.optimize.OptimizationReport.Goal;
import dev.skerry.optimize.OptimizationReport.Measured;
import dev.skerry.optimize.OptimizationReport.ModelFacts;
import dev.skerry.optimize.OptimizationReport.Outcome;
import dev.skerry.optimize.OptimizationReport.Pipeline;
import dev.skerry.optimize.OptimizationReport.RuleFacts;
import dev.skerry.optimize.OptimizationReport.TensorError;
import dev.skerry.optimize.OptimizationReport.Variant;
import dev.skerry.optimize.search.NodeTimes;
import dev.skerry.optimize.simplify.PassReport;
import dev.skerry.optimize.simplify.Simplified;
import dev.skerry.optimize.target.Machine;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import dev.skerry.runtime.metric.Score;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers the facts of one optimization into its report. */
final class ReportBuilder {
  private static final Set<String> TELLING_FEATURES =
      Set.of(
          "avx2",
          "avx512f",
          "avx512_vnni",
          "avx_vnni",
          "amx_int8",
          "asimd",
          "asimddp",
          "i8mm",
          "sve");
  private static final int PROFILE_RUNS = 40;

  private final OptimizeRequest request;
  private final ModelFile original;
  private final Simplified simplified;
  private final Machine machine;
  private final Measurements measurements;
  private final SessionConfig config;

  ReportBuilder(
      OptimizeRequest request,
      ModelFile original,
      Simplified simplified,
      Machine machine,
      Measurements measurements,
      SessionConfig config) {
    this.request = request;
    this.original = original;
    this.simplified = simplified;
    this.machine = machine;
    this.measurements = measurements;
    this.config = config;
  }

  /**
   * The facts of one variant.
   *
   * @param model what {@code rung} holds, which all other figures are of
   * @param whole what goes into the file: {@code model}, or that and what is around it
   * @param written its file, or null when it was refused
   * @param validation samples, in the order of figures
   */
  Variant variant(
      Rung rung,
      Model model,
      Model whole,
      Score score,
      @Nullable Path written,
      SampleSource validation) {
    Variants.Made made = rung.made();
    boolean measuredHere = rung.measuredHere();
    double missed = score.dropPp() - request.description().goal().maxDropPp();
    double[] ratios =
        measuredHere
            ? measurements.ratios(model, original.model(), rung.simplified())
            : new double[0];
    return new Variant(
        rung.target().name(),
        measuredHere,
        made.technique(),
        written == null ? Outcome.REFUSED : Outcome.WRITTEN,
        written == null ? missed(missed) : made.reason(),
        written == null ? null : Measurements.fileName(written),
        written == null ? null : Provenance.sha256(written),
        measurements.measured(model, Measurements.bytes(whole), score.value(), measuredHere),
        score.dropPp(),
        written == null ? missed : null,
        score.agreement(),
        measuredHere ? ratios[0] : null,
        measuredHere ? ratios[1] : null,
        decisions(made, model, rung.base(), measuredHere),
        made.tensorErrors(),
        score.snrDb().entrySet().stream()
            .map(output -> new TensorError(output.getKey(), Form.FLOAT, output.getValue()))
            .toList(),
        measuredHere ? measurements.slowest(model) : List.of(),
        made.search(),
        measuredHere && written != null ? pipeline(whole, validation) : null);
  }

  private String missed(double missed) {
    return "lost %.2f percentage points more than the %.2f allowed"
        .formatted(missed, request.description().goal().maxDropPp());
  }

  private List<Decision> decisions(
      Variants.Made made, Model model, Model base, boolean measuredHere) {
    GraphIndex index = new GraphIndex(base.graph());
    Map<String, Tensor> inputs = measurements.inputs();
    NodeTimes before = measuredHere ? NodeTimes.of(base, inputs, config, PROFILE_RUNS) : null;
    NodeTimes after = measuredHere ? NodeTimes.of(model, inputs, config, PROFILE_RUNS) : null;
    List<Decision> decisions = new ArrayList<>();
    for (Node node : base.graph().nodes()) {
      Variants.Decided decided = made.forms().get(node.output(0));
      decisions.add(
          new Decision(
              node.name().isEmpty() ? node.output(0) : node.name(),
              node.op(),
              decided == null ? Form.FLOAT : decided.form(),
              decided == null ? "" : decided.reason(),
              before == null ? null : before.of(node, index).orElse(null),
              after == null ? null : after.of(node, index).orElse(null)));
    }
    return decisions;
  }

  /** The report; findings are left to whoever examined the model. */
  OptimizationReport build(
      List<Variant> variants,
      int calibrationSamples,
      SampleSource validation,
      Evaluator judge,
      List<String> warnings) {
    Model model = original.model();
    Metric metric = judge.metric();
    Measured measured = measurements.measured(model, fileBytes(), judge.referenceValue(), true);
    return new OptimizationReport(
        InstantSource.system().instant(),
        modelFacts(),
        machineFacts(),
        dataFacts(calibrationSamples, validation),
        new Goal(
            metric.text(),
            !(metric instanceof Metric.Mse),
            !(metric instanceof Metric.Mse),
            request.description().goal().maxDropPp()),
        measured,
        measurements.measured(
            simplified.model(),
            Measurements.bytes(simplified.model()),
            judge.score(simplified.model()).value(),
            true),
        ruleFacts(simplified.report()),
        variants,
        pipeline(original.model(), validation),
        measurements.slowest(model),
        List.of(),
        null,
        warnings);
  }

  /** Null for made-up samples, which come from no file. */
  private @Nullable Pipeline pipeline(Model model, SampleSource validation) {
    boolean compiled = !ModelDescription.compiledInputs(model).isEmpty();
    if (validation.isRandom() || (compiled && !validation.isMedia())) {
      return null;
    }
    SampleSource samples = compiled ? validation.as(request.description(), model) : validation;
    return new PipelineTiming(Ticker.system())
        .measure(request.description(), model, config, samples);
  }

  private long fileBytes() {
    return Measurements.bytes(original.model());
  }

  private ModelFacts modelFacts() {
    Model model = original.model();
    Path file = request.description().model();
    return new ModelFacts(
        request.description().name(),
        request.description().version(),
        file.toString(),
        Provenance.sha256(file),
        model.opset(),
        model.graph().nodes().size(),
        model.graph().initializers().values().stream()
            .filter(tensor -> tensor.type().isFloating())
            .mapToLong(Tensor::elementCount)
            .sum());
  }

  private OptimizationReport.Machine machineFacts() {
    Set<String> features = new TreeSet<>(machine.features());
    features.retainAll(TELLING_FEATURES);
    return new OptimizationReport.Machine(
        machine.cpu(),
        machine.cores(),
        List.copyOf(features),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        "ONNX Runtime " + dev.skerry.runtime.Engine.version(),
        "0.1.0",
        config.threads());
  }

  private DataFacts dataFacts(int calibrationSamples, SampleSource validation) {
    Path calibration = request.description().data().calibration();
    return new DataFacts(
        calibration == null ? null : calibration.toString(),
        calibrationSamples,
        validation.isRandom() ? null : validation.place(),
        validation.size(),
        validation.hasLabels());
  }

  private static List<RuleFacts> ruleFacts(PassReport report) {
    Map<String, RuleFacts> facts = new LinkedHashMap<>();
    for (PassReport.Round round : report.rounds()) {
      for (PassReport.Invocation rule : round.invocations()) {
        if (rule.changed()) {
          RuleFacts one =
              new RuleFacts(
                  rule.rule(),
                  rule.fired().size(),
                  rule.duration().toNanos() / 1e6,
                  rule.nodesBefore(),
                  rule.nodesAfter());
          facts.merge(rule.rule(), one, ReportBuilder::sum);
        }
      }
    }
    return List.copyOf(facts.values());
  }

  private static RuleFacts sum(RuleFacts a, RuleFacts b) {
    return new RuleFacts(
        a.rule(),
        a.firings() + b.firings(),
        a.millis() + b.millis(),
        a.nodesBefore(),
        b.nodesAfter());
  }
}
