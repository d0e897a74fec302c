package dev.skerry.fleet.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets each key do something so many times a second, and a burst at once. What was not used for
 * long is forgotten, so that its memory has a limit.
 */
public final class RateLimiter {
  private static final double NANOS = 1e9;

  private final double perSecond;
  private final double burst;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets;

  private static final class Bucket {
    private double left;
    private long at;

    Bucket(double left, long at) {
      this.left = left;
      this.at = at;
    }
  }

  /**
   * @param burst at least 1
   * @param most keys that are remembered; those used last are
   * @param nanos a clock that only goes forward
   */
  public RateLimiter(double perSecond, double burst, int most, LongSupplier nanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanos = nanos;
    this.buckets =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > most;
          }
        };
  }

  /** Takes one of {@code key}'s; false when there is none left now. */
  public synchronized boolean take(String key) {
    Bucket bucket = filled(key);
    if (bucket.left < 1) {
      return false;
    }
    bucket.left--;
    return true;
  }

  /** Whether {@link #take} would succeed. */
  public synchronized boolean allows(String key) {
    return !buckets.containsKey(key) || filled(key).left >= 1;
  }

  private Bucket filled(String key) {
    long now = nanos.getAsLong();
    Bucket bucket = buckets.computeIfAbsent(key, _ -> new Bucket(burst, now));
    bucket.left = Math.min(burst, bucket.left + (now - bucket.at) / NANOS * perSecond);
    bucket.at = now;
    return bucket;
  }
}
