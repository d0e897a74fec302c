package dev.skerry.agent.update;

import dev.skerry.agent.slot.Slot;
import dev.skerry.agent.traffic.Running;
import java.time.Duration;
import java.util.Optional;

/** What came of one piece of work. */
sealed interface Step {
  /**
   * Something happened, and the next state follows.
   *
   * @param counter of the release that it is about, 0 when it is about none
   * @param text for people: what and why
   * @param slot that was found, or stepped down to
   * @param reason when a release is refused
   * @param loaded a candidate that is ready to run
   */
  record Happened(
      Event event,
      long counter,
      String text,
      Optional<Slot> slot,
      Optional<Refusal.Reason> reason,
      Optional<Running> loaded)
      implements Step {
    Happened with(Slot found) {
      return new Happened(event, counter, text, Optional.of(found), reason, loaded);
    }

    Happened with(Running ready) {
      return new Happened(event, counter, text, slot, reason, Optional.of(ready));
    }

    Happened as(Event other) {
      return new Happened(other, counter, text, slot, reason, loaded);
    }
  }

  /**
   * Nothing happened yet.
   *
   * @param time after which to look again
   * @param why for people
   * @param remark name of an event that the journal should have, once while {@code why} is the same
   */
  record Waits(Duration time, String why, Optional<String> remark) implements Step {}

  static Happened happened(Event event, long counter, String text) {
    return new Happened(event, counter, text, Optional.empty(), Optional.empty(), Optional.empty());
  }

  static Happened refused(Event event, long counter, Refusal.Reason reason, String evidence) {
    return new Happened(
        event, counter, evidence, Optional.empty(), Optional.of(reason), Optional.empty());
  }

  static Waits waits(Duration time, String why) {
    return new Waits(time, why, Optional.empty());
  }

  static Waits waits(Duration time, String why, String remark) {
    return new Waits(time, why, Optional.of(remark));
  }
}
