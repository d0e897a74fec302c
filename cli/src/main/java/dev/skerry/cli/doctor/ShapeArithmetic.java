package dev.skerry.cli.doctor;

import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;
import java.util.Set;

/** Sizes that the graph computes anew at every run, mostly left by exporters. */
final class ShapeArithmetic implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    List<Node> nodes = patient.ofType(Set.of("Shape", "Size"));
    return nodes.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.ADVICE,
                Patient.count(nodes.size(), "node") + " compute sizes at every run",
                Patient.place(nodes),
                "",
                "'skerry optimize' folds them once the sizes are known"));
  }
}
