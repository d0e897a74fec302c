package dev.skerry.bundle.release;

import java.util.Optional;

/**
 * What the owner of a device lets a model take; absent where nobody set a limit.
 *
 * @param latencyMicros median time of one inference
 * @param memoryBytes loading and running; the device's own memory limits as well
 */
public record Budgets(Optional<Double> latencyMicros, Optional<Long> memoryBytes) {
  /** No limits but the device's own. */
  public static final Budgets NONE = new Budgets(Optional.empty(), Optional.empty());
}
