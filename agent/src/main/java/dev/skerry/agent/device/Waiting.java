package dev.skerry.agent.device;

import java.time.Duration;

/** Lets time pass. */
public interface Waiting {
  /** Returns after {@code time}, or earlier when there is something else to do. */
  void pause(Duration time);
}
