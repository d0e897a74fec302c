package dev.skerry.cli.doctor;

import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Operators of a float model that will stay float when the rest becomes int8. */
final class FloatOnlyOperators implements ModelCheck {
  private static final Set<String> OPERATORS =
      Set.of(
          "ConvTranspose", "Tanh", "HardSigmoid", "HardSwish", "Elu", "Gelu", "LayerNormalization");

  @Override
  public List<Finding> check(Patient patient) {
    List<Node> nodes = patient.ofType(OPERATORS);
    boolean quantized = !patient.ofType(Set.of("QuantizeLinear")).isEmpty();
    if (nodes.isEmpty() || quantized) {
      return List.of();
    }
    String kinds =
        nodes.stream().map(Node::op).distinct().sorted().collect(Collectors.joining(", "));
    return List.of(
        new Finding(
            Severity.ADVICE,
            Patient.count(nodes.size(), "node") + " have no integer kernel (" + kinds + ")",
            Patient.place(nodes),
            "",
            "expect less from int8 there; Relu, Sigmoid and Conv have integer kernels"));
  }
}
