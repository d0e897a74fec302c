package dev.skerry.agent.update;

import dev.skerry.agent.slot.Slot;
import java.time.Instant;
import java.util.Optional;

/** What an event changes in a device's life besides the state: slots, refusals, counts. */
final class Changes {
  private Changes() {}

  /**
   * @param baselineMicros median time of what serves now
   */
  static Life of(Life life, Step.Happened happened, Optional<Double> baselineMicros, Instant now) {
    return switch (happened.event()) {
      case FOUND -> found(life, happened.slot().orElseThrow());
      case STEPPED_DOWN, TRIED ->
          life.withSlots(life.active(), happened.slot(), life.fallback()).withRebuilds(0);
      case DAMAGED -> life.withRebuilds(life.rebuilds() + 1);
      case PASSED_ALONE, AGREED ->
          life.withSlots(life.candidate(), Optional.empty(), life.active())
              .withBaseline(baselineMicros);
      case UNFIT, FAILED, DISAGREED, BANNED ->
          refused(life, happened, now).withSlots(life.active(), Optional.empty(), life.fallback());
      case WORN_OUT ->
          life.candidate().isPresent()
              ? refused(life, happened, now)
                  .withSlots(life.active(), Optional.empty(), life.fallback())
              : back(refused(life, happened, now));
      case DISAPPOINTED -> back(refused(life, happened, now));
      case ORDERED_BACK -> back(refusedByOrder(life, happened, now));
      case LOST, RECALLED -> back(life);
      case WITHDRAWN -> life.withSlots(life.active(), Optional.empty(), life.fallback());
      case FETCHED, FORGOT, ASSEMBLED, PASSED, HELD, KEPT, RESTARTED, DONE -> life;
    };
  }

  private static Life found(Life life, Slot slot) {
    return life.candidate().filter(slot::equals).isPresent() ? life : life.withNewCandidate(slot);
  }

  private static Life refused(Life life, Step.Happened happened, Instant now) {
    return life.withRefusal(
        new Refusal(happened.counter(), happened.reason().orElseThrow(), happened.text(), now));
  }

  /** The active release, and one that was on its way. */
  private static Life refusedByOrder(Life life, Step.Happened happened, Instant now) {
    Life changed = refused(life, happened, now);
    return life.candidate().isPresent()
        ? changed.withRefusal(
            new Refusal(
                life.candidate().get().counter(),
                Refusal.Reason.ORDERED_BACK,
                happened.text(),
                now))
        : changed;
  }

  /** The release before is the active one; the candidate stays only where the state goes on. */
  private static Life back(Life life) {
    boolean goesOn =
        switch (life.state()) {
          case DOWNLOADING, VERIFYING, VALIDATING, SHADOW ->
              life.candidate().isPresent() && !life.isRefused(life.candidate().get().counter());
          case IDLE, PROBATION, COMMITTED, RETURNING, REFUSED -> false;
        };
    return life.withSlots(
        life.wayBack(), goesOn ? life.candidate() : Optional.empty(), Optional.empty());
  }

  /** {@code changed} with its restarts counted since it got further than ever. */
  static Life counted(Life before, Life changed, Event event) {
    State reached = changed.state();
    boolean onItsWay = reached.compareTo(State.IDLE) > 0 && reached.compareTo(State.COMMITTED) < 0;
    if (!onItsWay) {
      return changed;
    }
    boolean gotBytes =
        reached == State.DOWNLOADING && changed.arrivedBytes() > before.arrivedBytes();
    if (reached.compareTo(changed.furthest()) > 0) {
      return changed.withRestarts(reached, 0);
    }
    if (event != Event.RESTARTED) {
      return changed;
    }
    return changed.withRestarts(changed.furthest(), gotBytes ? 0 : changed.restarts() + 1);
  }
}
