package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import dev.skerry.optimize.train.Objective;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Trains a model on labelled samples. */
@Command(
    name = "train",
    description = {
      "Train the parameters of any ONNX model on labelled samples.",
      "",
      "The loss follows from the output's kind: cross entropy for a classification, mean squared"
          + " difference for a reconstruction. A training that was stopped goes on where it was"
          + " when the same command is given again.",
      ""
    })
final class TrainCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model.toml, or an ONNX file.")
  private Path model = Path.of("");

  @Mixin private TrainingArguments arguments = new TrainingArguments();

  TrainCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    ModelDescription description = Descriptions.of(model).description();
    boolean reconstructs =
        description.outputs().values().stream()
            .anyMatch(output -> output.kind() == OutputSpec.Kind.RECONSTRUCTION);
    Objective objective =
        reconstructs ? new Objective.Reconstruction() : new Objective.Labels(arguments.smoothing());
    arguments.train(terminal, json.getAsBoolean(), description, objective, null);
    return 0;
  }
}
