package dev.skerry.cli.doctor;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** Little free memory: sessions, weights and calibration compete for it. */
final class ScarceMemory implements MachineCheck {
  /** Bytes below which optimizing a mid-sized model gets tight. */
  private static final long ENOUGH = 1L << 30;

  @Override
  public List<Finding> check(Machine machine) {
    return machine.memoryBytes() == 0 || machine.freeMemoryBytes() >= ENOUGH
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                Figures.bytes(machine.freeMemoryBytes())
                    + " of "
                    + Figures.bytes(machine.memoryBytes())
                    + " memory is free",
                "",
                "",
                "optimize on a larger machine; running a model needs far less"));
  }
}
