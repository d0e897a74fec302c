package dev.skerry.cli.doctor;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Weights that nothing takes: bytes that every device stores and loads. */
final class UnusedWeights implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    List<String> names = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<String, Tensor> entry : patient.graph().initializers().entrySet()) {
      String name = entry.getKey();
      if (patient.index().consumers(name).isEmpty() && !patient.index().isOutput(name)) {
        names.add(name);
        bytes += entry.getValue().byteSize();
      }
    }
    return names.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.ADVICE,
                Patient.count(names.size(), "weight") + " that nothing takes",
                Patient.names(names),
                Figures.bytes(bytes) + " smaller",
                "'skerry optimize' drops them"));
  }
}
