package dev.skerry.agent.device;

import java.util.OptionalDouble;

/** What the device runs on just now. */
public interface Conditions {
  /** Whether the network costs by the byte. */
  boolean metered();

  /** What is left in the battery, from 0 to 1; empty on mains, while it charges, or if unknown. */
  OptionalDouble battery();
}
