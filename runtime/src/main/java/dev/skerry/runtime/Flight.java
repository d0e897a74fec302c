package dev.skerry.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.RunOptions;
import java.util.concurrent.CancellationException;

/**
 * One caller's runs, one at a time, and the way to stop the one in progress.
 *
 * <p>The engine looks at the flag before every node, so a run ends when its current node does, and
 * one that is in its last node completes.
 */
final class Flight implements AutoCloseable {
  private final RunOptions options;
  private boolean running;
  private boolean cancelled;

  Flight(SessionConfig config) throws OrtException {
    options = new RunOptions();
    // Whatever the engine would log also comes as an exception; cancelled runs are no errors.
    options.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    if (config.arenaShrinkage()) {
      options.addRunConfigEntry(ConfigKeys.ARENA_SHRINKAGE, "cpu:0");
    }
  }

  RunOptions options() {
    return options;
  }

  synchronized void begin() {
    running = true;
  }

  synchronized boolean isRunning() {
    return running;
  }

  synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Ends the run in progress, so that a later {@link #cancel} does not reach the next one. */
  synchronized void end() throws OrtException {
    running = false;
    if (cancelled) {
      cancelled = false;
      options.setTerminate(false);
    }
  }

  /** Stops the run in progress, if there is one. */
  synchronized void cancel() {
    if (!running) {
      return;
    }
    cancelled = true;
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException("the engine refused to stop a run", e);
    }
  }

  static CancellationException cancellation(String model) {
    return new CancellationException("the run of model '" + model + "' was cancelled");
  }

  @Override
  public synchronized void close() {
    options.close();
  }
}
