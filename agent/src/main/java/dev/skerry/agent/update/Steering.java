package dev.skerry.agent.update;

import dev.skerry.agent.slot.Slot;
import java.util.Optional;

/** What a goal asks for at once, whatever is being done; nothing has to be fetched for it. */
final class Steering {
  private Steering() {}

  static Optional<Step.Happened> of(Life life, Goal goal) {
    return switch (goal) {
      case Goal.Newest() -> Optional.empty();
      case Goal.Keep(String why) -> withdrawn(life, 0, why);
      case Goal.Exactly(long counter, String why) ->
          withdrawn(life, counter, why).or(() -> recalled(life, counter, why));
    };
  }

  private static Optional<Step.Happened> withdrawn(Life life, long wanted, String why) {
    return life.candidate()
        .map(Slot::counter)
        .filter(candidate -> candidate != wanted)
        .filter(_ -> Transitions.next(life.state(), Event.WITHDRAWN).isPresent())
        .map(candidate ->
            Step.happened(
                Event.WITHDRAWN,
                candidate,
                "release %d is not wanted any more: %s".formatted(candidate, why)));
  }

  private static Optional<Step.Happened> recalled(Life life, long wanted, String why) {
    boolean isFallback = life.wayBack().filter(slot -> slot.counter() == wanted).isPresent();
    return isFallback
            && wanted < life.activeCounter()
            && Transitions.next(life.state(), Event.RECALLED).isPresent()
        ? Optional.of(
            Step.happened(
                Event.RECALLED,
                life.activeCounter(),
                "back to release %d: %s".formatted(wanted, why)))
        : Optional.empty();
  }
}
