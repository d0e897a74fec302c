package dev.skerry.cli;

import dev.skerry.cli.doctor.Doctor;
import dev.skerry.cli.doctor.FindingsText;
import dev.skerry.cli.doctor.Machine;
import dev.skerry.cli.doctor.MachineFacts;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks for what is wrong with a model, its description and this machine. */
@Command(
    name = "doctor",
    description = {
      "Look for what makes a model wrong, slow or large, and say what to do about it.",
      "",
      "Without a model it looks at this machine alone. Ends with 3 when there is a problem, with 0"
          + " when there are at most warnings."
    })
final class DoctorCommand implements Callable<Integer> {
  /**
   * What the command found; the keys of its JSON.
   *
   * @param model what is wrong with the model and its description, worst first
   */
  record Diagnosis(
      @Nullable String file, List<Finding> model, MachineFacts machine, List<Finding> findings) {}

  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "An ONNX file, or a model.toml that describes one.")
  private @Nullable Path file;

  DoctorCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    Machine machine = Machine.here();
    Diagnosis diagnosis =
        new Diagnosis(
            file == null ? null : file.toString(),
            file == null ? List.of() : examine(file),
            MachineFacts.of(machine),
            Doctor.ofMachine(machine));
    terminal.out().print(json.getAsBoolean() ? Json.print(diagnosis) : text(diagnosis));
    boolean ill =
        diagnosis.model().stream().anyMatch(finding -> finding.severity() == Severity.PROBLEM);
    return ill ? ErrorCode.BAD_MODEL.exitCode() : 0;
  }

  private String text(Diagnosis diagnosis) {
    String machine =
        diagnosis.machine().text(terminal)
            + FindingsText.of(terminal, "findings", diagnosis.findings());
    return diagnosis.file() == null
        ? machine
        : FindingsText.of(terminal, diagnosis.file(), diagnosis.model()) + "\n" + machine;
  }

  private static List<Finding> examine(Path file) {
    return Descriptions.isDescription(file) ? described(file) : guessed(file);
  }

  private static List<Finding> described(Path toml) {
    List<Finding> findings = new ArrayList<>();
    try {
      ModelDescription description = ModelDescription.read(toml);
      findings.addAll(Doctor.ofDescription(description));
      try (ModelFile model = ModelReader.read(description.model())) {
        findings.addAll(Doctor.ofModel(model.model(), model.externalBytes()));
        description.check(model.model());
      }
    } catch (SkerryException wrong) {
      if (wrong.code() != ErrorCode.BAD_DESCRIPTION) {
        throw wrong;
      }
      findings.addFirst(
          new Finding(
              Severity.PROBLEM,
              String.valueOf(wrong.getMessage()),
              "",
              "",
              "correct the description"));
    }
    return Doctor.worstFirst(findings);
  }

  private static List<Finding> guessed(Path onnx) {
    try (ModelFile model = ModelReader.read(onnx)) {
      List<Finding> findings =
          new ArrayList<>(Doctor.ofModel(model.model(), model.externalBytes()));
      findings.addAll(Doctor.ofGuesses(ModelDescription.guess(onnx, model.model()).guesses()));
      return Doctor.worstFirst(findings);
    }
  }
}
