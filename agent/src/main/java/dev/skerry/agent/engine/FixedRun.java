package dev.skerry.agent.engine;

import dev.skerry.runtime.RunStop;

/** Runs of one model on fixed memory, one at a time, without allocation. Its owner closes it. */
public interface FixedRun extends AutoCloseable {
  /**
   * Runs once, from the inputs' memory into that of the outputs.
   *
   * @throws dev.skerry.graph.SkerryException ENGINE if the run fails
   * @throws java.util.concurrent.CancellationException if {@code stop} ended it
   */
  void run(RunStop stop);

  @Override
  void close();
}
