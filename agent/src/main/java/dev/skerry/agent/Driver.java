package dev.skerry.agent;

import dev.skerry.agent.device.Bell;
import dev.skerry.agent.update.Updater;
import java.time.Duration;
import java.util.function.Consumer;

/** The thread that lives one model's life, step by step. */
final class Driver {
  private final Updater updater;
  private final Bell bell = new Bell();
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * @param agent names it among those of this process
   * @param failed is told of a bug, after which the thread has ended
   */
  Driver(String agent, Updater updater, Consumer<Throwable> failed) {
    this.updater = updater;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("update-%s-%s".formatted(updater.model(), agent))
            .unstarted(() -> {
              try {
                live();
              } catch (RuntimeException | Error e) {
                failed.accept(e);
              }
            });
  }

  private void live() {
    while (!stopped) {
      bell.pause(updater.step());
    }
  }

  Updater updater() {
    return updater;
  }

  void start() {
    thread.start();
  }

  /** Ends a wait. */
  void wake() {
    bell.ring();
  }

  /**
   * Ends the thread.
   *
   * @return whether it ended within {@code patience}; it may be waiting for a network
   */
  boolean stop(Duration patience) {
    stopped = true;
    updater.stop();
    bell.ring();
    try {
      return thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
