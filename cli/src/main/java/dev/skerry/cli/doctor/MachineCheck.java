package dev.skerry.cli.doctor;

import dev.skerry.optimize.OptimizationReport.Finding;
import java.util.List;

/** One thing about a machine that spoils latency or accuracy. */
interface MachineCheck {
  /** What was found, worst first; empty for a healthy machine. */
  List<Finding> check(Machine machine);
}
