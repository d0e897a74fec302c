package dev.skerry.agent.schedule;

import java.time.Duration;

/**
 * What a scheduler goes by.
 *
 * @param cores that runs may use together, one for each of their threads
 * @param waiting requests that wait at most
 * @param longestWait how long one may wait
 * @param patience how long a request waits in one class before it counts as of the next better one
 * @param restarts how often one request may be stopped for another and begun again
 * @param order who goes first
 * @param beside whether best-effort runs may use all cores although others run: only where the
 *     system takes a core away from threads of low priority at once
 */
public record Rules(
    int cores,
    int waiting,
    Duration longestWait,
    Duration patience,
    int restarts,
    Order order,
    boolean beside) {
  /** Who goes first. */
  public enum Order {
    /** The better class, and within it the earlier deadline. */
    BY_DEADLINE,
    /** Whoever came first. */
    BY_ARRIVAL
  }

  public Rules {
    if (cores < 1 || waiting < 0 || restarts < 0) {
      throw new IllegalArgumentException(
          "%d cores, %d waiting, %d restarts".formatted(cores, waiting, restarts));
    }
    if (longestWait.isNegative() || patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("times must not be negative, and patience not 0");
    }
  }

  /** By deadline, 2 restarts, a better class after each 500 ms. */
  public static Rules standard(int cores, int waiting, Duration longestWait) {
    return new Rules(
        cores, waiting, longestWait, Duration.ofMillis(500), 2, Order.BY_DEADLINE, false);
  }

  public Rules withBeside(boolean changed) {
    return new Rules(cores, waiting, longestWait, patience, restarts, order, changed);
  }

  public Rules withOrder(Order changed) {
    return new Rules(cores, waiting, longestWait, patience, restarts, changed, beside);
  }

  public Rules withRestarts(int changed) {
    return new Rules(cores, waiting, longestWait, patience, changed, order, beside);
  }

  public Rules withPatience(Duration changed) {
    return new Rules(cores, waiting, longestWait, changed, restarts, order, beside);
  }
}
