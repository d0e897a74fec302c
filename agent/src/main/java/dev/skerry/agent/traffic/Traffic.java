package dev.skerry.agent.traffic;

import dev.skerry.agent.schedule.Turns;
import java.util.Optional;

/**
 * The live requests of one model: where they run, and how that goes.
 *
 * <p>Whoever switches owns the models; nothing is closed here.
 */
public interface Traffic {
  /**
   * From now on new requests run on {@code next}; those in flight end where they began. Starts the
   * figures of {@link #served} anew. Returns at once.
   */
  void activate(Running next);

  /** What runs requests now; empty before the first {@link #activate}. */
  Optional<Running> active();

  /**
   * Requests of {@code retired} that have not ended yet; when there are none and it is not active,
   * it may be closed.
   */
  int inFlight(Running retired);

  /**
   * Also runs live requests on {@code candidate} and compares; callers get the active one's answers
   * and do not wait for the candidate's.
   *
   * @param share of one core's time that the candidate may take, from 0 to 1
   */
  void shadow(Running candidate, double share);

  /** Ends the shadow; no request runs on its candidate when this returns. */
  void endShadow();

  /** Where a candidate's runs wait for the live requests. */
  default Turns turns() {
    return Turns.atOnce();
  }

  /** Figures of the shadow so far. */
  Shadowed shadowed();

  /** Figures of the active one since it was activated. */
  Served served();

  /**
   * Requests that ran on both.
   *
   * @param compared pairs of answers
   * @param agreed pairs that say the same: the same class, the same boxes, values within tolerance
   * @param failed requests that the candidate failed and the active one did not
   * @param activeP50Micros median time of the compared requests on the active one
   * @param candidateP50Micros on the candidate
   */
  record Shadowed(
      long compared, long agreed, long failed, double activeP50Micros, double candidateP50Micros) {}

  /**
   * Requests that were answered.
   *
   * @param requests that reached the model
   * @param failed of them, by the model's fault; a caller's mistakes do not count
   */
  record Served(long requests, long failed, double p50Micros, double p99Micros) {}
}
