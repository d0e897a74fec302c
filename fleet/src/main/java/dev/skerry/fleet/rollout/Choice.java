package dev.skerry.fleet.rollout;

/** What a device may do about one model; the first one that can be done is done. */
sealed interface Choice {
  /** Join this wave of the rollout, if there is still room, and run its release. */
  record Join(Rollout rollout, int wave, long before) implements Choice {}

  /**
   * Run this release.
   *
   * @param counter 0 to keep what is there
   * @param rollout that says so, 0 for none
   */
  record Run(long counter, long rollout, String why) implements Choice {}
}
