package dev.skerry.cli.doctor;

import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** A limit on processor time below the number of cores, as containers have it. */
final class ProcessorQuota implements MachineCheck {
  @Override
  public List<Finding> check(Machine machine) {
    double quota = machine.quota().orElse(machine.cores());
    return quota >= machine.cores()
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                "%.1f of %d cores' time is allowed".formatted(quota, machine.cores()),
                "control group",
                "more threads than that wait for each other; users report 1.4 s instead of"
                    + " milliseconds",
                "use at most %d threads".formatted(Math.max(1, (int) quota))));
  }
}
