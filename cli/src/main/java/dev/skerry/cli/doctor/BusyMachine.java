package dev.skerry.cli.doctor;

import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** Other work on the machine: what is measured meanwhile says little. */
final class BusyMachine implements MachineCheck {
  @Override
  public List<Finding> check(Machine machine) {
    double load = machine.load().orElse(0);
    return load < 0.7 * machine.cores()
        ? List.of()
        : List.of(
            new Finding(
                Severity.ADVICE,
                "the machine is busy: load %.1f on %d cores".formatted(load, machine.cores()),
                "",
                "",
                "latencies measured now are too high and uneven"));
  }
}
