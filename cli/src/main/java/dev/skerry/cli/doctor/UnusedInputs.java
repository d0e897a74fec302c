package dev.skerry.cli.doctor;

import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** Inputs that nothing takes: a caller must give them all the same. */
final class UnusedInputs implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    List<String> names =
        patient.graph().requiredInputs().stream()
            .map(ValueInfo::name)
            .filter(name ->
                patient.index().consumers(name).isEmpty() && !patient.index().isOutput(name))
            .toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                Patient.count(names.size(), "input") + " without effect",
                Patient.names(names),
                "",
                "export the model without, or check that the export is the one you meant"));
  }
}
