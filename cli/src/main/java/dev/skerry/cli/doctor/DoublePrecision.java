package dev.skerry.cli.doctor;

import dev.skerry.graph.DataType;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;
import java.util.Map;

/** 64-bit floating-point weights: precision that no trained weight has. */
final class DoublePrecision implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    List<String> names =
        patient.graph().initializers().entrySet().stream()
            .filter(e -> e.getValue().type() == DataType.DOUBLE && e.getValue().elementCount() > 1)
            .map(Map.Entry::getKey)
            .toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                Patient.count(names.size(), "weight") + " in double precision",
                Patient.names(names),
                "twice the bytes of float, and no integer kernel takes them",
                "export the model in float"));
  }
}
