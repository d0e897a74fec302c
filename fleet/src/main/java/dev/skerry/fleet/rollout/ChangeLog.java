package dev.skerry.fleet.rollout;

import org.jdbi.v3.core.Handle;

/** Takes down who changed what, in the transaction that changes it. */
public interface ChangeLog {
  /**
   * @param action such as {@code rollout.pause}
   * @param subject what was changed
   * @param before JSON, or empty
   * @param after JSON, or empty
   */
  void record(
      Handle handle, String who, String action, String subject, String before, String after);
}
