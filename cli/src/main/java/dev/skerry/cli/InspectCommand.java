package dev.skerry.cli;

import dev.skerry.cli.inspect.Inspection;
import dev.skerry.cli.inspect.InspectionText;
import dev.skerry.cli.inspect.ModelFacts;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.GraphText;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in a model, without loading the engine or reading its weights. */
@Command(
    name = "inspect",
    description = "Say what is in a model: inputs, outputs, operators, weights, quantization.")
final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "MODEL", description = "An ONNX file, or a model.toml.")
  private Path model = Path.of("");

  @Option(
      names = {"--text", "--nodes"},
      description = "Print the whole graph as text instead: every node with its attributes.")
  private boolean text;

  InspectCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() throws Exception {
    if (Descriptions.isDescription(model)) {
      model = ModelDescription.read(model).model();
    }
    try (ModelFile file = ModelReader.read(model)) {
      if (text) {
        terminal.out().print(GraphText.print(file.model()));
        return 0;
      }
      ModelFacts facts =
          Inspection.of(file.model(), model.toString(), Files.size(model), file.externalBytes());
      terminal
          .out()
          .print(json.getAsBoolean() ? Json.print(facts) : InspectionText.of(terminal, facts));
      return 0;
    }
  }
}
