package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.optimize.train.Objective;
import dev.skerry.optimize.train.TrainingRequest;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a student on what a teacher says. */
@Command(
    name = "distil",
    description = {
      "Train a small model on what a large one says of the same samples.",
      "",
      "Samples need no labels; with --teacher-share below 1, labels count as well. Each model takes"
          + " the samples as its own description says.",
      ""
    })
final class DistilCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Option(
      names = "--teacher",
      required = true,
      paramLabel = "MODEL",
      description = "The model to learn from: a model.toml, or an ONNX file.")
  private Path teacher = Path.of("");

  @Option(
      names = "--student",
      required = true,
      paramLabel = "MODEL",
      description = "The model that learns: a model.toml, or an ONNX file.")
  private Path student = Path.of("");

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Logits are divided by it before they are compared (${DEFAULT-VALUE}).")
  private double temperature = 2;

  @Option(
      names = "--plain-logits",
      description =
          "Compare logits as they are: the student also takes on how sure the teacher is. Else each"
              + " sample's are first divided by their deviation.")
  private boolean plain;

  @Option(
      names = "--teacher-share",
      paramLabel = "SHARE",
      description = "How much the teacher counts; labels count for the rest (${DEFAULT-VALUE}).")
  private double share = 1;

  @Option(
      names = "--feature",
      paramLabel = "STUDENT=TEACHER",
      description = "A value of the student that comes near to one of the teacher, by their names.")
  private Map<String, String> features = new LinkedHashMap<>();

  @Option(
      names = "--feature-share",
      paramLabel = "FACTOR",
      description = "What the features' mean squared differences count (${DEFAULT-VALUE}).")
  private double featureShare = 1;

  @Mixin private TrainingArguments arguments = new TrainingArguments();

  DistilCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    ModelDescription taught = Descriptions.of(student).description();
    ModelDescription teaching = Descriptions.of(teacher).description();
    Objective objective =
        new Objective.Distillation(
            temperature, !plain, share, arguments.smoothing(), features, featureShare);
    try (ModelFile file = ModelReader.read(teaching.model())) {
      teaching.check(file.model());
      arguments.train(
          terminal,
          json.getAsBoolean(),
          taught,
          objective,
          new TrainingRequest.Teacher(teaching, file.model()));
    }
    return 0;
  }
}
