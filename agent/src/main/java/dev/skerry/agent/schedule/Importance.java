package dev.skerry.agent.schedule;

import java.util.Locale;

/** Class of a model: a request of an earlier one goes first. */
public enum Importance {
  /** Must answer within its deadline, whatever else the device does. */
  CRITICAL,
  /** Should answer soon. */
  NORMAL,
  /** Takes what the others leave, which is never nothing. */
  BEST_EFFORT;

  /** As configurations write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
