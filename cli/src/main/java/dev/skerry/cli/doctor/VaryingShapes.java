package dev.skerry.cli.doctor;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** Axes other than the batch that vary: memory is planned again whenever a size changes. */
final class VaryingShapes implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    List<String> names =
        patient.graph().requiredInputs().stream()
            .filter(VaryingShapes::varies)
            .map(ValueInfo::name)
            .toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                "sizes beside the batch vary",
                Patient.names(names),
                "the first run of each new size is slower, 10 to 40 times in users' reports",
                "fix the size when your data has one, or keep to a few sizes"));
  }

  private static boolean varies(ValueInfo input) {
    return input.type() instanceof Type.Tensor tensor
        && tensor.shape() instanceof List<Dimension> axes
        && axes.stream().skip(1).anyMatch(axis -> !(axis instanceof Dimension.Fixed));
  }
}
