package dev.skerry.cli.doctor;

import dev.skerry.graph.Graph;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/**
 * Weights that callers may override cannot be folded, so the engine leaves BatchNorm and more
 * unfused. Exporters for IR versions before 4 had to list them.
 */
final class InitializersAsInputs implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    Graph graph = patient.graph();
    List<String> names =
        graph.inputs().stream()
            .map(ValueInfo::name)
            .filter(graph.initializers()::containsKey)
            .toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                Patient.count(names.size(), "weight")
                    + " listed as inputs, so the engine cannot fold them",
                Patient.names(names),
                "2.7 times faster measured on a face detector (17.3 to 6.45 ms)",
                "'skerry optimize' takes them out of the inputs"));
  }
}
