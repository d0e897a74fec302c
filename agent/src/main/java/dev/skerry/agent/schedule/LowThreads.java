package dev.skerry.agent.schedule;

import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.ThreadPriority;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads of low priority, which do best-effort runs for others. */
final class LowThreads implements AutoCloseable {
  private final ExecutorService threads =
      Executors.newCachedThreadPool(run ->
          Thread.ofPlatform()
              .daemon()
              .name("skerry-best-effort")
              .unstarted(() -> {
                ThreadPriority.lower(ThreadPriority.LOW);
                run.run();
              }));

  /** Runs {@code work} on one of them; its exceptions come as they are. */
  <T> T run(Scheduler.Work<T> work, RunStop stop) {
    Future<T> result = threads.submit(() -> work.run(stop));
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true; // the run uses the caller's memory, so it has to end first
        }
      }
    } catch (ExecutionException e) {
      throw thrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException thrown(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    if (e.getCause() instanceof RuntimeException exception) {
      return exception;
    }
    return new IllegalStateException(e);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
