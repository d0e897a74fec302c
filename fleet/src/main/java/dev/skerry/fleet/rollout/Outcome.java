package dev.skerry.fleet.rollout;

import dev.skerry.fleet.gate.GateResult;
import java.util.List;

/** What a look at a rollout comes to. */
sealed interface Outcome {
  /**
   * It stays where it is.
   *
   * @param ready enough devices of the wave have reported: its soak begins, or has begun
   */
  record Stay(String why, String needs, boolean ready) implements Outcome {}

  /**
   * It moves on.
   *
   * @param wave the current one afterwards
   * @param gates that decided it, with their numbers
   */
  record Move(Event event, int wave, String why, String needs, List<GateResult> gates)
      implements Outcome {}
}
