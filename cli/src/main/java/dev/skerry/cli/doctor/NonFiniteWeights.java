package dev.skerry.cli.doctor;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.ArrayList;
import java.util.List;

/** A weight that is NaN or infinite makes every answer that it reaches meaningless. */
final class NonFiniteWeights implements ModelCheck {
  @Override
  public List<Finding> check(Patient patient) {
    List<String> names = new ArrayList<>();
    patient
        .graph()
        .initializers()
        .forEach((name, tensor) -> {
          if (tensor.type() == DataType.FLOAT && !isFinite(tensor)) {
            names.add(name);
          }
        });
    return names.isEmpty()
        ? List.of()
        : List.of(
            new Finding(
                Severity.PROBLEM,
                Patient.count(names.size(), "weight") + " with NaN or infinite elements",
                Patient.names(names),
                "",
                "train or export the model again; an infinity that masks attention may stay"));
  }

  private static boolean isFinite(Tensor tensor) {
    long count = tensor.elementCount();
    for (long i = 0; i < count; i++) {
      if (!Double.isFinite(tensor.asDouble(i))) {
        return false;
      }
    }
    return true;
  }
}
