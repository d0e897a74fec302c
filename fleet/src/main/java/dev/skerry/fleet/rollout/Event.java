package dev.skerry.fleet.rollout;

import java.util.Locale;

/** What moves a rollout from one state to another. */
public enum Event {
  /** What it waited for is there. */
  BEGUN,
  /** A window closed, or the next wave needs an approval. */
  BLOCKED,
  /** The wave passed and the next one begins. */
  ADVANCED,
  /** The last wave passed. */
  FINISHED,
  /** A gate failed, and its action is to hold. */
  STOPPED,
  /** A gate failed, and its action is to roll back. */
  FELL,
  /** A person approved the wave to come. */
  APPROVED,
  /** A person paused it. */
  PAUSED,
  /** A person lets it go on; what was measured before does not count any more. */
  RESUMED,
  /** A person rolls it back. */
  ORDERED_BACK,
  /** Every device has returned, or cannot. */
  RETURNED,
  /** A person ends it. */
  CANCELLED;

  /** As in messages, JSON and the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
