package dev.skerry.agent.serve;

import java.time.Duration;

/**
 * What callers may ask of the device at once.
 *
 * @param bodyBytes of one request, its tensors as text or binary
 * @param tensorBytes of all requests that are being read or run together, their tensors decoded
 * @param jsonDepth objects and arrays inside one another
 * @param runs at the same time, of all models together; the processor cores that they may use
 * @param waiting requests that wait for one of these; further ones are refused
 * @param waitTime how long one may wait
 * @param bodyTime how long a caller may take to send a request
 * @param connections that are open at the same time; further ones wait to be accepted
 */
public record ServeLimits(
    long bodyBytes,
    long tensorBytes,
    int jsonDepth,
    int runs,
    int waiting,
    Duration waitTime,
    Duration bodyTime,
    int connections) {
  private static final long MEBIBYTE = 1 << 20;

  public ServeLimits {
    if (bodyBytes < 1 || tensorBytes < 1 || jsonDepth < 1 || runs < 1 || connections < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
    if (waiting < 0 || waitTime.isNegative() || bodyTime.isNegative()) {
      throw new IllegalArgumentException("limits must not be negative");
    }
  }

  /** As {@link #standard(int)} for all processor cores that the process may use. */
  public static ServeLimits standard() {
    return standard(Runtime.getRuntime().availableProcessors());
  }

  /** 32 MiB a body and for tensors, as many runs as {@code cores}, 64 that wait up to 2 s. */
  public static ServeLimits standard(int cores) {
    return new ServeLimits(
        32 * MEBIBYTE,
        32 * MEBIBYTE,
        16,
        cores,
        64,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        128);
  }

  public ServeLimits withBodyBytes(long changed) {
    return new ServeLimits(
        changed, tensorBytes, jsonDepth, runs, waiting, waitTime, bodyTime, connections);
  }

  public ServeLimits withTensorBytes(long changed) {
    return new ServeLimits(
        bodyBytes, changed, jsonDepth, runs, waiting, waitTime, bodyTime, connections);
  }

  public ServeLimits withRuns(int changed, int changedWaiting, Duration changedWait) {
    return new ServeLimits(
        bodyBytes,
        tensorBytes,
        jsonDepth,
        changed,
        changedWaiting,
        changedWait,
        bodyTime,
        connections);
  }

  public ServeLimits withBodyTime(Duration changed) {
    return new ServeLimits(
        bodyBytes, tensorBytes, jsonDepth, runs, waiting, waitTime, changed, connections);
  }
}
