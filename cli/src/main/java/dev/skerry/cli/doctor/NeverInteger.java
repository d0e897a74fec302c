package dev.skerry.cli.doctor;

import dev.skerry.graph.Node;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;
import java.util.Set;

/**
 * Operators for which the engine has no integer kernel: quantizing around them adds conversions and
 * gains nothing (ONNX Runtime 1.30, CPU, fusion table of its QDQ selectors).
 */
final class NeverInteger implements ModelCheck {
  private static final Set<String> OPERATORS =
      Set.of(
          "ConvTranspose",
          "Sub",
          "Div",
          "Tanh",
          "HardSigmoid",
          "HardSwish",
          "Elu",
          "Gelu",
          "Pad",
          "ReduceMean",
          "GlobalMaxPool",
          "LayerNormalization",
          "BatchNormalization");

  @Override
  public List<Finding> check(Patient patient) {
    List<Node> wrapped =
        patient.ofType(OPERATORS).stream()
            .filter(
                node -> patient.isDequantized(node.input(0)) && patient.isQuantized(node.output(0)))
            .toList();
    return wrapped.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                Patient.count(wrapped.size(), "node") + " quantized around that stay float",
                Patient.place(wrapped),
                "each pays two conversions for nothing",
                "quantize the float model with 'skerry optimize', which leaves them float"));
  }
}
