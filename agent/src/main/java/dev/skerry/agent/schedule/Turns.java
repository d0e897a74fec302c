package dev.skerry.agent.schedule;

import dev.skerry.runtime.RunStop;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where work that runs beside a device's requests, such as measuring a candidate, waits its turn.
 */
public interface Turns {
  /**
   * Runs {@code work} when nothing more urgent wants the core; again from the beginning if it was
   * stopped.
   *
   * @throws dev.skerry.graph.SkerryException BUSY if the device shuts down meanwhile
   */
  <T> T take(Scheduler.Work<T> work);

  /**
   * Whether all models of the device meet their deadlines with a candidate for this one. If so, its
   * figures count from now on.
   *
   * @param costMicros that nearly all of its runs stay below
   * @param longestNodeMicros how long stopping a run may take; as long as a run when empty
   * @return why not, with the numbers
   */
  default Optional<String> obstacle(double costMicros, OptionalDouble longestNodeMicros) {
    return Optional.empty();
  }

  /** From now on these figures of this model count; they were measured before. */
  default void assume(double costMicros, OptionalDouble longestNodeMicros) {}

  /** For a device that does nothing else: everything runs at once. */
  static Turns atOnce() {
    return new Turns() {
      @Override
      public <T> T take(Scheduler.Work<T> work) {
        return work.run(new RunStop());
      }
    };
  }
}
