package dev.skerry.cli.doctor;

import dev.skerry.graph.Verifier;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** A model that breaks the rules of ONNX may load today and fail tomorrow. */
final class BrokenRules implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    return Verifier.verify(patient.model()).stream()
        .map(problem ->
            new Finding(
                Severity.PROBLEM,
                problem.message(),
                problem.place(),
                "",
                "export the model again, or mend the file"))
        .toList();
  }
}
