package dev.skerry.agent.schedule;

import java.util.Locale;

/** What becomes of a request that waits until its deadline has passed. */
public enum OnLate {
  /** It is run all the same. */
  QUEUE,
  /** It is refused. */
  DROP,
  /** It is refused, and already when a newer one of its model comes: only the newest waits. */
  SKIP;

  /** As configurations write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
