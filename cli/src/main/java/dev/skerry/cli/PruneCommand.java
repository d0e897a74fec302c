package dev.skerry.cli;

import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.prune.Factorizer;
import dev.skerry.optimize.prune.Importance;
import dev.skerry.optimize.prune.PruneGoal;
import dev.skerry.optimize.prune.PruneOptions;
import dev.skerry.optimize.prune.PruneRequest;
import dev.skerry.optimize.prune.PruneResult;
import dev.skerry.optimize.prune.Pruner;
import dev.skerry.optimize.train.Objective;
import dev.skerry.optimize.train.TrainingRequest;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.metric.Evaluator;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a smaller model of a model: removes channels, or splits layers. */
@Command(
    name = "prune",
    description = {
      "Remove the channels of a model that matter least, repair what is left, and train it.",
      "",
      "The layers behind removed channels are repaired from observed activations by least squares,"
          + " and statistics of batch normalization are taken anew; neither needs labels or epochs."
          + " With --low-rank layers become two thinner ones instead."
          + " With --epochs the smaller model then learns from the model as it was. Writes"
          + " model.onnx and model.toml, which go on into 'skerry optimize'.",
      ""
    })
final class PruneCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model.toml, or an ONNX file.")
  private Path model = Path.of("");

  @Option(
      names = "--ratio",
      paramLabel = "SHARE",
      description = "Share of the goal's quantity that goes (${DEFAULT-VALUE}).")
  private double ratio = 0.5;

  @Option(
      names = "--goal",
      paramLabel = "GOAL",
      description =
          "What there shall be less of: size (parameters), latency (multiply-adds), or both"
              + " (${DEFAULT-VALUE}).")
  private PruneGoal goal = PruneGoal.BOTH;

  @Option(
      names = "--low-rank",
      description =
          "Split layers in two thinner ones that come nearest to their outputs, instead of removing"
              + " channels.")
  private boolean lowRank;

  @Option(
      names = "--importance",
      paramLabel = "MEASURE",
      description =
          "Which channels matter: magnitude (of weights), activation (what they add to the next"
              + " layers) or taylor (what the loss loses; needs labels) (${DEFAULT-VALUE}).")
  private Importance importance = Importance.ACTIVATION;

  @Option(
      names = "--multiple",
      paramLabel = "COUNT",
      description = "Layers keep a multiple of so many channels (${DEFAULT-VALUE}).")
  private int multiple = 8;

  @Option(
      names = "--floor",
      paramLabel = "SHARE",
      description = "Share of the channels that each layer keeps at least (${DEFAULT-VALUE}).")
  private double floor = 0.05;

  @Option(names = "--no-repair", description = "Only remove channels.")
  private boolean bare;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Of the training on the answers of the model as it was (${DEFAULT-VALUE}).")
  private double temperature = 4;

  @Option(
      names = "--teacher-share",
      paramLabel = "SHARE",
      description = "How much these answers count; labels count for the rest (${DEFAULT-VALUE}).")
  private double share = 1;

  @Mixin private TrainingArguments arguments = new TrainingArguments(0, 1e-3);

  PruneCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    if (arguments.quantizes() && arguments.epochs() == 0) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "--quantize trains the pruned model: give --epochs, or quantize it with 'skerry"
              + " optimize'");
    }
    ModelDescription description = Descriptions.of(model).description();
    try (ModelFile file = ModelReader.read(description.model())) {
      Verifier.require(file.model());
      description.check(file.model());
      PruneFacts facts;
      try (Progress progress = terminal.progress()) {
        facts = prune(progress, description, file.model());
      }
      terminal.out().print(json.getAsBoolean() ? Json.print(facts) : facts.text(terminal));
    }
    return 0;
  }

  private PruneFacts prune(Progress progress, ModelDescription description, Model original) {
    Path data = arguments.data() == null ? description.data().calibration() : arguments.data();
    PruneOptions options =
        new PruneOptions(ratio, goal, multiple, floor, !bare, arguments.frozen());
    PruneRequest request =
        new PruneRequest(
            description,
            original,
            data,
            arguments.labels(),
            PruneRequest.STANDARD_SAMPLES,
            data == null ? Importance.MAGNITUDE : importance,
            options,
            progress::step);
    PruneResult pruned = lowRank ? Factorizer.factorize(request) : Pruner.prune(request);
    Model result = pruned.model();
    if (arguments.epochs() > 0) {
      Objective objective =
          reconstructs(description)
              ? new Objective.Reconstruction()
              : new Objective.Distillation(
                  temperature, false, share, arguments.smoothing(), Map.of(), 1);
      TrainingRequest.Teacher teacher = new TrainingRequest.Teacher(description, original);
      result = arguments.fit(progress, description, result, objective, teacher).model();
    }
    Path written = arguments.write(description, result);
    progress.step("judge");
    return judged(description, original, pruned, result, written);
  }

  private static boolean reconstructs(ModelDescription description) {
    return description.outputs().values().stream()
        .anyMatch(output -> output.kind() == OutputSpec.Kind.RECONSTRUCTION);
  }

  private PruneFacts judged(
      ModelDescription description,
      Model original,
      PruneResult pruned,
      Model result,
      Path written) {
    String metric = description.goal().metric().text();
    if (description.data().validation() == null) {
      return PruneFacts.of(written, pruned, metric, null, null, null, null);
    }
    try (SampleSource validation = SampleSource.validation(description, original);
        Evaluator judge = Evaluator.of(description, original, validation, arguments.threads())) {
      @Nullable Double trained = arguments.epochs() > 0 ? judge.score(result).value() : null;
      return PruneFacts.of(
          written,
          pruned,
          judge.metric().text(),
          judge.referenceValue(),
          judge.score(pruned.unrepaired()).value(),
          bare ? null : judge.score(pruned.model()).value(),
          trained);
    }
  }
}
