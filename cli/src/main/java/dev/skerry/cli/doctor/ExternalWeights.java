package dev.skerry.cli.doctor;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** Weights in other files: easy to leave behind when a model moves. */
final class ExternalWeights implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    return patient.externalBytes() == 0
        ? List.of()
        : List.of(
            new Finding(
                Severity.ADVICE,
                Figures.bytes(patient.externalBytes()) + " of weights lie in other files",
                "",
                "",
                "copy them with the model; below 2 GiB one file is easier to handle"));
  }
}
