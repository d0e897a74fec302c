package dev.skerry.cli.doctor;

import dev.skerry.optimize.OptimizationReport.Finding;
import java.util.List;

/** One thing that can be wrong with a model. */
interface ModelCheck {
  /** What was found, worst first; empty for a healthy model. */
  List<Finding> check(Patient patient);
}
