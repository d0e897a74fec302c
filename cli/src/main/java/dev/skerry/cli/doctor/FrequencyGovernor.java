package dev.skerry.cli.doctor;

import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** A governor that keeps the clock low makes short measurements slow and uneven. */
final class FrequencyGovernor implements MachineCheck {
  @Override
  public List<Finding> check(Machine machine) {
    return machine
        .governor()
        .filter(name -> !name.equals("performance"))
        .map(name ->
            List.of(
                new Finding(
                    Severity.ADVICE,
                    "the frequency governor is '" + name + "'",
                    "cpu0",
                    "",
                    "measure with 'performance', or expect uneven latencies")))
        .orElse(List.of());
  }
}
