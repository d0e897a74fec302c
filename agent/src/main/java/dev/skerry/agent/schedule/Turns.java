package dev.skerry.agent.schedule;

import dev.skerry.runtime.RunStop;

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
