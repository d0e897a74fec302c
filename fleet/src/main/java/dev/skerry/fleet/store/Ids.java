package dev.skerry.fleet.store;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes numbers that name rows: ascending with the time, and not those of another process. They fit
 * into the 53 bits that every reader of JSON keeps.
 */
public final class Ids {
  /** Bits below the milliseconds: 4096 numbers in each. */
  private static final int BITS = 12;

  /**
   * A number that is not random already is so much larger than the one before, at most: another
   * process in the same milliseconds must not meet number after number of this one.
   */
  private static final int MOST_STEP = 64;

  private final InstantSource time;
  private final RandomGenerator random;
  private final AtomicLong last = new AtomicLong();

  public Ids(InstantSource time, RandomGenerator random) {
    this.time = time;
    this.random = random;
  }

  /** A new one, greater than all that this object made before. */
  public long next() {
    long made = (time.millis() << BITS) | random.nextInt(1 << BITS);
    long step = 1 + random.nextInt(MOST_STEP);
    return last.updateAndGet(before -> Math.max(before + step, made));
  }
}
