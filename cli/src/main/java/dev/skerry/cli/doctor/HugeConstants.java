package dev.skerry.cli.doctor;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/**
 * Large constants inside Constant nodes: they cannot lie in external data, and tools that skip
 * weights read them all the same.
 */
final class HugeConstants implements ModelCheck {
  /** Bytes above which a constant should be an initializer. */
  private static final long LIMIT = 1 << 20;

  @Override
  public List<Finding> check(Patient patient) {
    List<Node> nodes =
        patient.nodes().stream()
            .filter(
                node -> GraphIndex.constantOf(node).filter(t -> t.byteSize() > LIMIT).isPresent())
            .toList();
    return nodes.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.ADVICE,
                Patient.count(nodes.size(), "Constant") + " of more than 1 MiB",
                Patient.place(nodes),
                "",
                "keep weights as initializers"));
  }
}
