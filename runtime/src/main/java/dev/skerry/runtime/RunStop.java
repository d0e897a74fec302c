package dev.skerry.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A way to stop one run, given to it when it starts. Stops the run at the end of its current node;
 * a run that has not begun yet stops at its first.
 */
public final class RunStop {
  private boolean stopped;
  private @Nullable Flight flight;

  /** Stops the run. */
  public synchronized void stop() {
    stopped = true;
    if (flight != null) {
      flight.cancel();
    }
  }

  public synchronized boolean isStopped() {
    return stopped;
  }

  /** Makes it good for the next run; call when none is in progress. */
  public synchronized void reset() {
    stopped = false;
    flight = null;
  }

  /** The run has begun. */
  synchronized void attach(Flight begun) {
    flight = begun;
    if (stopped) {
      begun.cancel();
    }
  }

  /** The run has ended; from now on its flight may carry another. */
  synchronized void detach() {
    flight = null;
  }
}
