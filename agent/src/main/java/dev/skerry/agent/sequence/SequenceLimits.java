package dev.skerry.agent.sequence;

import java.time.Duration;

/**
 * How many sequences a device keeps.
 *
 * @param most of one model at the same time
 * @param idle after which a sequence without requests is forgotten
 * @param bytes of all states together
 */
public record SequenceLimits(int most, Duration idle, long bytes) {
  /** 64 of each model, a minute, 16 MiB. */
  public static final SequenceLimits STANDARD =
      new SequenceLimits(64, Duration.ofMinutes(1), 16 << 20);

  public SequenceLimits {
    if (most < 1 || bytes < 1 || idle.isNegative() || idle.isZero()) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
