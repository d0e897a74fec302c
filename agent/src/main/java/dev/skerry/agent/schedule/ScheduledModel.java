package dev.skerry.agent.schedule;

import dev.skerry.wire.LatencySketch;

/** One model as its scheduler knows it. Guarded by the scheduler's lock. */
public final class ScheduledModel {
  /** How its runs are done. */
  enum Kind {
    /** By the thread that asks for them. */
    USUAL,
    /** By threads of low priority, beside those of other models. */
    YIELDING,
    /** By the thread that asks for them, which waits for as long as it takes. */
    PATIENT
  }

  private final String name;
  private final Terms terms;

  final Kind kind;

  final Cost cost = new Cost();

  /** Nanoseconds that a run takes at most until it can be stopped; 0 when that is not known. */
  long blocking;

  /** Nanoseconds that nearly all runs stayed below when it was measured; 0 if it was not. */
  long measured;

  long answered;
  long late;
  long refused;
  long restarts;

  /**
   * Times from a request's coming until its first run began, in {@link LatencySketch}'s buckets.
   */
  final long[] waits = new long[LatencySketch.BUCKETS];

  /** Times from a request's coming until it was answered, likewise. */
  final long[] answers = new long[LatencySketch.BUCKETS];

  ScheduledModel(String name, Terms terms, Kind kind) {
    this.name = name;
    this.terms = terms;
    this.kind = kind;
  }

  /** Nanoseconds that a run takes at most, by what was measured or else by the latest runs. */
  long costBound() {
    return measured > 0 ? measured : cost.bound();
  }

  /** Nanoseconds until a run can be stopped; a whole run where that is not known. */
  long blockingBound() {
    return blocking > 0 ? blocking : costBound();
  }

  public String name() {
    return name;
  }

  public Terms terms() {
    return terms;
  }

  /**
   * What happened so far.
   *
   * @param answered requests that ran to their end
   * @param late of them, after their deadline
   * @param refused because they waited for too long or too many did
   * @param restarts runs that were stopped for others
   * @param boundMicros that nearly all runs stay below, by the latest ones
   */
  public record Figures(
      long answered, long late, long refused, long restarts, double boundMicros) {}

  /**
   * What its requests took so far, from when they came to the scheduler.
   *
   * @param waits until the first run began
   * @param answers until the end of the last
   */
  public record Times(LatencySketch waits, LatencySketch answers) {}

  Figures figures() {
    return new Figures(answered, late, refused, restarts, cost.bound() / 1e3);
  }
}
