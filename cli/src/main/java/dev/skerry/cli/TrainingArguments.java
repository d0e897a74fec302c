package dev.skerry.cli;

import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.QuantizationAwareTraining;
import dev.skerry.optimize.target.Target;
import dev.skerry.optimize.train.Augmentation;
import dev.skerry.optimize.train.Objective;
import dev.skerry.optimize.train.Trainer;
import dev.skerry.optimize.train.TrainingOptions;
import dev.skerry.optimize.train.TrainingProgress;
import dev.skerry.optimize.train.TrainingRequest;
import dev.skerry.optimize.train.TrainingResult;
import dev.skerry.optimize.train.Update;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import dev.skerry.runtime.metric.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that training from labels and from a teacher share, and what they do with them. */
final class TrainingArguments {
  /** The ways to update parameters that the command line knows. */
  enum Rule {
    SGD,
    ADAM,
    ADAMW
  }

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where model.onnx and model.toml go (${DEFAULT-VALUE}).")
  private Path out = Path.of("trained");

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "Samples to learn from; [data] calibration when not given.")
  private @Nullable Path data;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Class indices of these samples, an .npy file, where no class folders tell.")
  private @Nullable Path labels;

  @Option(
      names = "--samples",
      paramLabel = "COUNT",
      description = "Learn from at most this many samples, spread evenly.")
  private int samples = Integer.MAX_VALUE;

  @Option(names = "--epochs", description = "Passes over the samples (${DEFAULT-VALUE}).")
  private int epochs;

  @Option(names = "--batch", description = "Samples per step (${DEFAULT-VALUE}).")
  private int batch = 64;

  @Option(
      names = "--optimizer",
      paramLabel = "RULE",
      description = "sgd (with momentum 0.9), adam or adamw (${DEFAULT-VALUE}).")
  private Rule rule = Rule.ADAMW;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description =
          "The highest, after a rise over the first steps; then it falls with a cosine to 0"
              + " (${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--weight-decay",
      paramLabel = "SHARE",
      description = "For weights, not for biases and scales (${DEFAULT-VALUE}).")
  private double decay = 5e-4;

  @Option(
      names = "--clip",
      paramLabel = "NORM",
      description =
          "Scale gradients whose norm together is greater; 0 for never (${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      description = "Share of the target spread over all classes (${DEFAULT-VALUE}).")
  private double smoothing;

  @Option(
      names = "--shift",
      paramLabel = "COUNT",
      description =
          "Move pictures by up to so many pixels, recordings by samples (${DEFAULT-VALUE}).")
  private int shift;

  @Option(names = "--flip", description = "Mirror half of the pictures left to right.")
  private boolean flip;

  @Option(
      names = "--noise",
      paramLabel = "SIZE",
      description =
          "Add noise: grey levels for pictures, a share of the sample's own size for others"
              + " (${DEFAULT-VALUE}).")
  private double noise;

  @Option(
      names = "--mixup",
      paramLabel = "ALPHA",
      description = "Mix samples in pairs, by shares from Beta(ALPHA, ALPHA); 0 for never.")
  private double mixup;

  @Option(
      names = "--holdout",
      paramLabel = "SHARE",
      description =
          "Part of the samples that is not learned from and chooses the best epoch"
              + " (${DEFAULT-VALUE}).")
  private double holdout = 0.1;

  @Option(
      names = "--patience",
      paramLabel = "EPOCHS",
      description = "Stop after so many epochs without a better one; 0 for never.")
  private int patience;

  @Option(
      names = "--keep-statistics",
      description = "Leave batch normalization's means and variances as they are.")
  private boolean keepStatistics;

  @Option(
      names = "--freeze",
      paramLabel = "PREFIX",
      description = "Do not train parameters whose names begin so; may be repeated.")
  private List<String> frozen = new ArrayList<>();

  @Option(names = "--seed", description = "Of all that is random (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--threads", paramLabel = "COUNT", description = "Of the engine.")
  private int threads = TrainingOptions.standard().threads();

  @Option(
      names = "--tune",
      description =
          "Choose the forms of gradients by timing: faster, but two runs may differ in the last"
              + " bits.")
  private boolean tune;

  @Option(
      names = "--quantize",
      paramLabel = "TARGET",
      description =
          "Train the model as what it will be on this target, with rounded weights and activations;"
              + " model.onnx is then the quantized model.")
  private @Nullable String target;

  @Option(
      names = "--weight-bits",
      paramLabel = "BITS",
      description =
          "With --quantize: of weights between the first and the last layer, 8, 4 or 3"
              + " (${DEFAULT-VALUE}).")
  private int weightBits = 8;

  TrainingArguments() {
    this(10, 1e-3);
  }

  /** Options with these defaults. */
  TrainingArguments(int epochs, double rate) {
    this.epochs = epochs;
    this.rate = rate;
  }

  int epochs() {
    return epochs;
  }

  int threads() {
    return threads;
  }

  @Nullable Path data() {
    return data;
  }

  @Nullable Path labels() {
    return labels;
  }

  List<String> frozen() {
    return frozen;
  }

  boolean quantizes() {
    return target != null;
  }

  double smoothing() {
    return smoothing;
  }

  private TrainingOptions options() {
    Update update =
        switch (rule) {
          case SGD -> Update.sgd(decay);
          case ADAM -> Update.adam(decay);
          case ADAMW -> Update.adamW(decay);
        };
    return TrainingOptions.standard()
        .withEpochs(epochs)
        .withBatch(batch)
        .withUpdate(update, rate)
        .withClip(clip)
        .withAugmentation(new Augmentation(shift, flip, noise, mixup))
        .withHoldout(holdout, patience)
        .withBatchStatistics(!keepStatistics)
        .withFrozen(frozen)
        .withSeed(seed)
        .withThreads(threads)
        .withTimed(tune);
  }

  /** Trains, writes the model, judges it on validation data and says what came of it. */
  void train(
      Terminal terminal,
      boolean json,
      ModelDescription description,
      Objective objective,
      TrainingRequest.@Nullable Teacher teacher) {
    OutputFolder.open(out);
    try (ModelFile file = ModelReader.read(description.model())) {
      Verifier.require(file.model());
      description.check(file.model());
      Trained trained;
      try (Progress progress = terminal.progress()) {
        trained = fit(progress, description, file.model(), objective, teacher);
      }
      Path written = write(description, trained.model());
      TrainingFacts facts = facts(description, file.model(), trained, written);
      terminal.out().print(json ? Json.print(facts) : facts.text(terminal));
    }
  }

  /**
   * What came of a training.
   *
   * @param rounded the quantized model before it was trained; null when nothing is quantized
   */
  record Trained(TrainingResult result, @Nullable Model rounded) {
    Model model() {
      return result.model();
    }
  }

  /** Trains {@code model}, going on from the checkpoint in the folder of results. */
  Trained fit(
      Progress progress,
      ModelDescription description,
      Model model,
      Objective objective,
      TrainingRequest.@Nullable Teacher teacher) {
    Limits.require("--samples", samples, 2);
    Limits.require("--threads", threads, 1);
    OutputFolder.open(out);
    Path data = samplesOf(description);
    if (target == null) {
      return new Trained(trainer(progress, description, model, data, objective, teacher), null);
    }
    progress.step("observe ranges");
    QuantizationAwareTraining aware =
        QuantizationAwareTraining.of(description, model, Target.of(target), weightBits, data);
    Model start = aware.training();
    TrainingResult result = trainer(progress, description, start, data, objective, teacher);
    return new Trained(result.withModel(aware.quantized(result.model())), aware.quantized(start));
  }

  private TrainingResult trainer(
      Progress progress,
      ModelDescription description,
      Model model,
      Path data,
      Objective objective,
      TrainingRequest.@Nullable Teacher teacher) {
    progress.step("read samples");
    return Trainer.fit(
        new TrainingRequest(
            description,
            model,
            data,
            labels,
            samples,
            objective,
            teacher,
            options(),
            checkpoint(),
            at -> show(progress, at),
            Ticker.system()));
  }

  private Path checkpoint() {
    return out.resolve("checkpoint.onnx");
  }

  /** Writes model.onnx and model.toml; the checkpoint has done its work. */
  Path write(ModelDescription description, Model model) {
    Verifier.require(model);
    OutputFolder.open(out);
    Path written = out.resolve("model.onnx");
    ModelWriter.write(model, written);
    describe(description, written);
    remove(checkpoint());
    return written;
  }

  private Path samplesOf(ModelDescription description) {
    Path chosen = data == null ? description.data().calibration() : data;
    if (chosen == null) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s names no samples: add calibration = \"...\" under [data], or give --data"
              .formatted(description.file()));
    }
    return chosen;
  }

  private static void show(Progress progress, TrainingProgress at) {
    String accuracy =
        at.accuracy().isPresent()
            ? String.format(Locale.ROOT, "  accuracy %.1f %%", 100 * at.accuracy().getAsDouble())
            : "";
    String speed =
        String.format(
            Locale.ROOT,
            "  %,.0f samples/s, %d:%02d left",
            at.samplesPerSecond(),
            at.left().toMinutes(),
            at.left().toSecondsPart());
    String epoch = String.format(Locale.ROOT, "epoch %d of %d", at.epoch(), at.epochs());
    String loss = String.format(Locale.ROOT, "  loss %.4f", at.loss());
    if (!at.endsEpoch()) {
      progress.at(epoch + loss + accuracy + speed, at.step(), at.steps());
      return;
    }
    String heldOut =
        at.heldOut().isPresent()
            ? String.format(Locale.ROOT, "  held out %.4f", at.heldOut().getAsDouble())
            : "";
    progress.note(epoch + loss + accuracy + heldOut + speed);
  }

  private void describe(ModelDescription description, Path model) {
    ModelDescription trained =
        new ModelDescription(
            out.resolve("model.toml").toAbsolutePath(),
            description.name(),
            description.version(),
            model.toAbsolutePath(),
            description.inputs(),
            description.outputs(),
            description.data(),
            description.goal());
    OutputFolder.open(out).write("model.toml", trained.toToml());
  }

  private static void remove(Path checkpoint) {
    try {
      Files.deleteIfExists(checkpoint);
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "cannot remove the checkpoint " + checkpoint + ": " + e, e);
    }
  }

  private TrainingFacts facts(
      ModelDescription description, Model original, Trained trained, Path written) {
    String metric = description.goal().metric().text();
    Double before = null;
    Double rounded = null;
    Double after = null;
    if (description.data().validation() != null) {
      try (SampleSource validation = SampleSource.validation(description, original);
          Evaluator judge = Evaluator.of(description, original, validation, threads)) {
        Score score = judge.score(trained.model());
        metric = score.metric().text();
        before = score.referenceValue();
        rounded = trained.rounded() == null ? null : judge.score(trained.rounded()).value();
        after = score.value();
      }
    }
    TrainingResult result = trained.result();
    return new TrainingFacts(
        written.toString(),
        result.epochs(),
        result.bestEpoch(),
        result.heldOut().isPresent() ? result.heldOut().getAsDouble() : null,
        result.parameters(),
        metric,
        before,
        rounded,
        after);
  }
}
