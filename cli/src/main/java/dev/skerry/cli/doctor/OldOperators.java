package dev.skerry.cli.doctor;

import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/** An opset that lacks what quantization needs, or that the engine does not know yet. */
final class OldOperators implements ModelCheck {
  /** QuantizeLinear learned one scale per channel in this opset. */
  private static final long PER_CHANNEL = 13;

  /** The newest opset that ONNX Runtime 1.29 runs. */
  private static final long NEWEST = 25;

  @Override
  public List<Finding> check(Patient patient) {
    long opset = patient.model().opset();
    if (opset > NEWEST) {
      return List.of(
          new Finding(
              Severity.PROBLEM,
              "opset " + opset + " is newer than the engine, which knows " + NEWEST,
              "",
              "",
              "export the model for opset 17 to " + NEWEST));
    }
    return opset >= PER_CHANNEL
        ? List.of()
        : List.of(
            new Finding(
                Severity.WARNING,
                "opset " + opset + " is old: one scale per channel needs " + PER_CHANNEL,
                "",
                "",
                "export the model for opset 17 or later when you can"));
  }
}
