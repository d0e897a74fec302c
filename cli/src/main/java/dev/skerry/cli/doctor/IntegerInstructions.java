package dev.skerry.cli.doctor;

import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import java.util.List;

/**
 * Whether the CPU multiplies 8-bit integers well. AVX2 without VNNI adds pairs of products in 16
 * bits and saturates.
 */
final class IntegerInstructions implements MachineCheck {
  @Override
  public List<Finding> check(Machine machine) {
    if (machine.hasIntegerProducts()) {
      return List.of();
    }
    return switch (machine.architecture()) {
      case "x86-64" ->
          List.of(
              new Finding(
                  Severity.WARNING,
                  "the CPU has no VNNI instructions",
                  machine.cpu(),
                  "models quantized for VNNI lose 1 to 11 points of accuracy on such CPUs",
                  "make variants for the target x86-64-v3, whose weights have 7 bits"));
      case "arm64" ->
          List.of(
              new Finding(
                  Severity.WARNING,
                  "the CPU has no dot-product instructions",
                  machine.cpu(),
                  "int8 gains little speed on such CPUs",
                  "make variants for the target arm64; what remains is the smaller file"));
      default -> List.of();
    };
  }
}
