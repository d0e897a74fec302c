package dev.skerry.fleet.gate;

import java.util.Locale;

/** What a gate says of what was measured so far. */
public enum Verdict {
  /** The sample is large enough and the value within the limit. */
  PASSED,
  /** The value is shown to be beyond the limit. */
  FAILED,
  /** More must be measured. */
  UNDECIDED;

  /** As in JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
