package dev.skerry.cli;

import dev.skerry.cli.doctor.Doctor;
import dev.skerry.cli.report.HtmlReport;
import dev.skerry.cli.report.JsonReport;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Outcome;
import dev.skerry.optimize.OptimizeRequest;
import dev.skerry.optimize.Optimizer;
import dev.skerry.runtime.describe.Goal;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the variants of a model and a report. */
@Command(
    name = "optimize",
    description = {
      "Make a model small and fast for each target, within an accuracy budget.",
      "",
      "Writes NAME.TARGET.onnx for each target, report.html and report.json. Ends with 4 when a"
          + " target cannot keep the budget; nothing is written for that target.",
      "",
      "With --compress it searches for smaller networks first, and writes a ladder for each target:"
          + " NAME.TARGET.onnx is the smallest within the budget, NAME.TARGET.2.onnx and further"
          + " ones are larger and better. What the search found is kept in search/.",
      ""
    })
final class OptimizeCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model.toml, or an ONNX file.")
  private Path model = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where variants and report go (${DEFAULT-VALUE}).")
  private Path out = Path.of("out");

  @Option(
      names = "--target",
      paramLabel = "NAME",
      description = "A target, or the path of its .toml file; may be repeated.")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Samples for calibration and for validation, when there is one set for both.")
  private @Nullable Path data;

  @Option(
      names = "--calibration",
      paramLabel = "PATH",
      description = "Samples that show the ranges of values.")
  private @Nullable Path calibration;

  @Option(names = "--validation", paramLabel = "PATH", description = "Samples that judge.")
  private @Nullable Path validation;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Class indices of the validation samples, an .npy file.")
  private @Nullable Path labels;

  @Option(
      names = "--metric",
      paramLabel = "METRIC",
      description = "How variants are judged: " + Metric.FORMS + ".")
  private @Nullable String metric;

  @Option(
      names = "--max-drop-pp",
      paramLabel = "POINTS",
      description = "Percentage points of the metric that may be lost.")
  private @Nullable Double maxDropPp;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any key of model.toml, such as input.image.mean=[127.0]; may be repeated.")
  private Map<String, String> keys = new LinkedHashMap<>();

  @Option(
      names = "--samples",
      paramLabel = "COUNT",
      description = "Calibrate on at most this many samples (${DEFAULT-VALUE}).")
  private int samples = OptimizeRequest.STANDARD_SAMPLES;

  @Option(
      names = "--validation-samples",
      paramLabel = "COUNT",
      description = "Judge on at most this many samples (${DEFAULT-VALUE}).")
  private int validationSamples = OptimizeRequest.STANDARD_VALIDATION_SAMPLES;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      description = "For the search of one target (${DEFAULT-VALUE}).")
  private long timeLimit = OptimizeRequest.STANDARD_TIME_LIMIT.toSeconds();

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "Threads that one inference may use on the device (${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(
      names = "--pipeline",
      description = {
        "Write into the files what model.toml declares before and after the model: they take"
            + " pictures of any size or sound as decoded, and give classes or boxes."
      })
  private boolean pipeline;

  @Option(
      names = "--squeeze",
      paramLabel = "STRENGTH",
      description = {
        "Move integer weights to fewer levels, for fewer bytes over the air: about the share of"
            + " what layers give that may become error, such as 0.02, or auto: as far as the budget"
            + " allows on calibration data."
      })
  private @Nullable String squeeze;

  @Mixin private CompressArguments compressing = new CompressArguments();

  @Option(names = "--no-report", description = "Write no report.html and report.json.")
  private boolean noReport;

  OptimizeCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    requireSensible();
    ModelDescription.Guess given = described();
    OutputFolder folder = OutputFolder.open(out);
    OptimizationReport report = told(optimize(given.description(), given.guesses()), given);
    if (!noReport) {
      folder.write("report.html", HtmlReport.render(report));
      folder.write("report.json", JsonReport.render(report));
    }
    terminal
        .out()
        .print(
            json.getAsBoolean()
                ? JsonReport.render(report)
                : OptimizationText.of(terminal, report, out, !noReport));
    boolean refused =
        report.variants().stream().anyMatch(variant -> variant.outcome() == Outcome.REFUSED);
    return refused ? ErrorCode.BUDGET.exitCode() : 0;
  }

  private void requireSensible() {
    Limits.require("--samples", samples, 1);
    Limits.require("--validation-samples", validationSamples, 1);
    Limits.require("--time-limit", timeLimit, 0);
    if (maxDropPp != null && !(maxDropPp >= 0 && maxDropPp <= 100)) {
      throw new SkerryException(
          ErrorCode.USAGE, "--max-drop-pp takes percentage points from 0 to 100, not " + maxDropPp);
    }
  }

  /** The description with all options; what was guessed is held against labelled data. */
  private ModelDescription.Guess described() {
    ModelDescription.Guess given = Descriptions.of(model);
    ModelDescription asked = overridden(given.description());
    if (Descriptions.isDescription(model)) {
      return new ModelDescription.Guess(asked, List.of());
    }
    List<String> guesses = given.guesses().stream().map(guess -> "guessed: " + guess).toList();
    ModelDescription.Guess guessed = new ModelDescription.Guess(asked, guesses);
    if (keys.keySet().stream().anyMatch(key -> key.startsWith("input."))) {
      return guessed;
    }
    try (ModelFile file = ModelReader.read(asked.model())) {
      ModelDescription.Guess improved = GuessCheck.improved(guessed, file.model());
      boolean chosen = metric != null || keys.containsKey("goal.metric");
      return chosen
          ? new ModelDescription.Guess(
              improved.description().withGoal(asked.goal()), improved.guesses())
          : improved;
    }
  }

  /** {@code report} with a word when the model was judged otherwise than was asked. */
  private static OptimizationReport told(
      OptimizationReport report, ModelDescription.Guess described) {
    String asked = described.description().goal().metric().text();
    if (described.description().data().validation() == null
        || asked.equals(report.goal().metric())) {
      return report;
    }
    List<String> warnings = new ArrayList<>(report.warnings());
    warnings.addFirst(
        "%s needs labels, and %s has none: judged by %s instead. Use class folders, or give --labels."
            .formatted(asked, report.data().validation(), report.goal().metric()));
    return report.withWarnings(warnings);
  }

  private OptimizationReport optimize(ModelDescription description, List<String> guesses) {
    List<Finding> findings = new ArrayList<>(Doctor.ofDescription(description));
    try (ModelFile file = ModelReader.read(description.model())) {
      findings.addAll(Doctor.ofModel(file.model(), file.externalBytes()));
    }
    try (Progress progress = terminal.progress()) {
      OptimizeRequest request =
          new OptimizeRequest(
              description,
              guesses,
              out,
              samples,
              validationSamples,
              Duration.ofSeconds(timeLimit),
              threads,
              pipeline,
              squeeze(squeeze),
              progress::step);
      OptimizationReport report =
          compressing.wanted() ? compressing.compress(request) : Optimizer.optimize(request);
      return report.withFindings(Doctor.worstFirst(findings));
    }
  }

  private static OptimizeRequest.Squeeze squeeze(@Nullable String text) {
    if (text == null) {
      return new OptimizeRequest.Squeeze.None();
    }
    if (text.equals("auto")) {
      return new OptimizeRequest.Squeeze.WithinBudget();
    }
    try {
      double strength = Double.parseDouble(text);
      if (strength >= 0 && strength <= 1) {
        return new OptimizeRequest.Squeeze.By(strength);
      }
    } catch (NumberFormatException e) {
      // said below, with what is not a number at all
    }
    throw new SkerryException(
        ErrorCode.USAGE, "--squeeze takes a strength from 0 to 1, or auto, not " + text);
  }

  private ModelDescription overridden(ModelDescription given) {
    ModelDescription changed = keys.isEmpty() ? given : given.withKeys(keys);
    return changed
        .withData(
            changed
                .data()
                .withCalibration(first(calibration, data, changed.data().calibration()))
                .withValidation(first(validation, data, changed.data().validation()))
                .withLabels(first(labels, null, changed.data().labels())))
        .withGoal(goal(changed.goal()));
  }

  private static @Nullable Path first(
      @Nullable Path option, @Nullable Path both, @Nullable Path described) {
    Path chosen = option != null ? option : both;
    return chosen == null ? described : chosen.toAbsolutePath().normalize();
  }

  private Goal goal(Goal described) {
    Goal goal = targets.isEmpty() ? described : described.withTargets(targets);
    if (maxDropPp != null) {
      goal = goal.withMaxDropPp(maxDropPp);
    }
    return metric == null ? goal : goal.withMetric(metric(metric));
  }

  private static Metric metric(String text) {
    return Metric.parse(text)
        .orElseThrow(() ->
            new SkerryException(
                ErrorCode.USAGE, "there is no metric '%s', only %s".formatted(text, Metric.FORMS)));
  }
}
