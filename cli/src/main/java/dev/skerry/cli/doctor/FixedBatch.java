package dev.skerry.cli.doctor;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** A graph whose first axis is fixed takes samples only in that number. */
final class FixedBatch implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    List<String> names =
        patient.graph().requiredInputs().stream()
            .filter(FixedBatch::isFixed)
            .map(ValueInfo::name)
            .toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.ADVICE,
                "the first axis has a fixed size, so samples cannot share a run",
                Patient.names(names),
                "",
                "good for a device that answers one at a time; evaluating and training are"
                    + " slower"));
  }

  private static boolean isFixed(ValueInfo input) {
    return input.type() instanceof Type.Tensor tensor
        && tensor.shape() instanceof List<Dimension> axes
        && !axes.isEmpty()
        && axes.getFirst() instanceof Dimension.Fixed;
  }
}
