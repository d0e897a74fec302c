package dev.skerry.agent.update;

import dev.skerry.agent.slot.Slot;
import java.util.function.LongSupplier;

/** What a restart of the process means in each state. */
final class Restart {
  private Restart() {}

  /**
   * @param mostRestarts in one state without getting further
   * @param usedBytes that the device's files have now
   */
  static Step.Happened of(Life life, int mostRestarts, LongSupplier usedBytes) {
    boolean isWornOut = life.restarts() >= mostRestarts;
    return switch (life.state()) {
      case IDLE -> restarted(life, "nothing was on its way");
      case DOWNLOADING ->
          isWornOut && usedBytes.getAsLong() <= life.arrivedBytes()
              ? wornOut(life)
              : restarted(life, "goes on downloading");
      case VERIFYING -> isWornOut ? wornOut(life) : restarted(life, "verifies again");
      case VALIDATING -> isWornOut ? wornOut(life) : restarted(life, "validates again");
      case SHADOW -> isWornOut ? wornOut(life) : restarted(life, "validates and shadows again");
      case PROBATION -> isWornOut ? wornOut(life) : restarted(life, "probation begins again");
      case COMMITTED -> restarted(life, "finishes the update");
      case RETURNING -> restarted(life, "finishes going back");
      case REFUSED -> restarted(life, "finishes refusing");
    };
  }

  private static Step.Happened restarted(Life life, String how) {
    return Step.happened(Event.RESTARTED, life.activeCounter(), how);
  }

  private static Step.Happened wornOut(Life life) {
    long counter = life.candidate().or(life::active).map(Slot::counter).orElse(0L);
    return Step.refused(
        Event.WORN_OUT,
        counter,
        Refusal.Reason.RESTARTS,
        "restarted %d times while %s, and got no further"
            .formatted(life.restarts() + 1, life.state().text()));
  }
}
