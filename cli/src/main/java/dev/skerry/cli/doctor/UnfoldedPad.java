package dev.skerry.cli.doctor;

import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;
import java.util.Set;

/** Pad in front of a layer that can pad by itself. */
final class UnfoldedPad implements ModelCheck {
  private static final Set<String> PADDING = Set.of("Conv", "MaxPool", "AveragePool");

  @Override
  public List<Finding> check(Patient patient) {
    List<Node> nodes =
        patient.ofType(Set.of("Pad")).stream()
            .filter(node ->
                patient
                    .index()
                    .onlyConsumer(node.output(0))
                    .filter(layer -> PADDING.contains(layer.op()))
                    .isPresent())
            .toList();
    return nodes.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.ADVICE,
                Patient.count(nodes.size(), "Pad")
                    + " in front of layers that can pad by themselves",
                Patient.place(nodes),
                "copies the tensor, and never becomes an integer kernel",
                "'skerry optimize' folds zero padding"));
  }
}
