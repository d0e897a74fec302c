package dev.skerry.optimize.compress;

import dev.skerry.optimize.OptimizeRequest;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * What to compress, and how long.
 *
 * @param optimize the model, its goal and targets, where results go, and how variants are made
 * @param time for the search, earlier runs into the same folder included
 * @param seed of all that is random
 * @param trainingThreads of the engine while it trains
 * @param mostEpochs of training one network
 * @param timed whether the forms of gradients are chosen by timing: faster, but two searches may
 *     differ in their last bits
 * @param packed bytes that a file takes over the air
 */
public record CompressRequest(
    OptimizeRequest optimize,
    Duration time,
    long seed,
    int trainingThreads,
    int mostEpochs,
    boolean timed,
    ToLongFunction<byte[]> packed,
    Ticker ticker) {
  public static final Duration STANDARD_TIME = Duration.ofMinutes(60);
  public static final int MOST_EPOCHS = 400;
}
