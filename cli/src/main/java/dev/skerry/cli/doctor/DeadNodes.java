package dev.skerry.cli.doctor;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** Nodes none of whose outputs is taken: the engine drops them, the file carries them. */
final class DeadNodes implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    GraphIndex index = patient.index();
    List<Node> nodes =
        patient.graph().nodes().stream()
            .filter(node ->
                node.outputs().stream()
                    .allMatch(
                        output -> index.consumers(output).isEmpty() && !index.isOutput(output)))
            .toList();
    return nodes.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.ADVICE,
                Patient.count(nodes.size(), "node") + " whose results nothing takes",
                Patient.place(nodes),
                "",
                "'skerry optimize' drops them; was an output lost in the export?"));
  }
}
