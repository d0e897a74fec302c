package dev.skerry.cli.doctor;

import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;
import java.util.Set;

/**
 * BatchNorm right behind the layer whose weights it could be part of. The engine folds it in float,
 * but has no integer kernel for it.
 */
final class UnfoldedBatchNorm implements ModelCheck {
  private static final Set<String> LAYERS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

  @Override
  public List<Finding> check(Patient patient) {
    List<Node> nodes =
        patient.ofType(Set.of("BatchNormalization")).stream()
            .filter(node -> followsLayer(node, patient))
            .toList();
    return nodes.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                Patient.count(nodes.size(), "BatchNormalization")
                    + " not folded into the layer before",
                Patient.place(nodes),
                "stays float in a quantized model, with a conversion on both sides",
                "'skerry optimize' folds them"));
  }

  private static boolean followsLayer(Node node, Patient patient) {
    return patient
        .index()
        .producer(node.input(0))
        .filter(layer -> layer.domain().isEmpty() && LAYERS.contains(layer.op()))
        .isPresent();
  }
}
