package dev.skerry.agent.schedule;

/**
 * What runs of one model take, learned from those that ended. One thread at a time.
 *
 * <p>A model takes about the same time whatever its input is, so a slowly forgotten peak is a good
 * bound for the next run.
 */
final class Cost {
  /** Share of the distance to a shorter run by which the bound falls. */
  private static final double FORGETTING = 0.02;

  private long bound;

  /** Begins with a bound that was measured before; 0 for none. */
  void assume(long nanos) {
    bound = Math.max(bound, nanos);
  }

  void ran(long nanos) {
    bound = nanos >= bound ? nanos : bound - (long) ((bound - nanos) * FORGETTING);
  }

  /** Nanoseconds that nearly all runs stay below; 0 when none has ended yet. */
  long bound() {
    return bound;
  }
}
