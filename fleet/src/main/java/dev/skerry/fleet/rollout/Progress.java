package dev.skerry.fleet.rollout;

import java.util.Locale;

/** How far a device is with a rollout that it joined. */
public enum Progress {
  /** It was told, and has not settled. */
  ASSIGNED,
  /** It runs the release, after its probation. */
  ACTIVE,
  /** It will not run the release. */
  FAILED,
  /** The rollout was rolled back, and it runs what it ran before. */
  BACK,
  /** The rollout was rolled back, and it cannot run what it ran before. */
  STRANDED;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Progress of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
