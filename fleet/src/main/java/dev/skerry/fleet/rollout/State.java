package dev.skerry.fleet.rollout;

import java.util.Locale;

/** Where a rollout is. */
public enum State {
  /** For its start, a window or an approval; who is in goes on, nobody joins. */
  WAITING,
  /** Devices join the waves that have begun. */
  RUNNING,
  /** A gate failed; nobody joins until a person decides. */
  HELD,
  /** A person stopped it; nobody joins. */
  PAUSED,
  /** Its devices return to what they ran before. */
  ROLLING_BACK,
  /** They have returned, and stay there until another rollout wants them. */
  ROLLED_BACK,
  /** Every wave passed; devices that are new still join. */
  DONE,
  /** It wants nothing of anybody any more. */
  CANCELLED;

  /** As in messages, JSON and the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static State of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** Whether gates are still watched and waves still to come. */
  public boolean isInProgress() {
    return switch (this) {
      case WAITING, RUNNING, HELD, PAUSED -> true;
      case ROLLING_BACK, ROLLED_BACK, DONE, CANCELLED -> false;
    };
  }
}
