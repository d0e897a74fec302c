package dev.skerry.fleet.device;

import dev.skerry.fleet.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Forgets old events and the figures of old runs, some rows at a time, so that the database does
 * not grow for ever and nobody waits for it. The audit log stays.
 */
public final class Retention implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Retention.class.getName());
  private static final Duration PERIOD = Duration.ofMinutes(10);
  private static final int BATCH = 1000;

  private final Database database;
  private final InstantSource time;
  private final Duration events;
  private final Duration history;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("skerry-retention").factory());

  /**
   * @param events how long events of devices are kept
   * @param history how long figures of runs that ended are kept
   */
  public Retention(Database database, InstantSource time, Duration events, Duration history) {
    this.database = database;
    this.time = time;
    this.events = events;
    this.history = history;
  }

  /** Begins; whoever starts it closes it. */
  public void start() {
    clock.scheduleWithFixedDelay(
        this::runIfPossible, PERIOD.toMinutes(), PERIOD.toMinutes(), TimeUnit.MINUTES);
  }

  private void runIfPossible() {
    try {
      run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "old rows were not deleted; trying again", e);
    }
  }

  /** Deletes what is too old now. */
  public void run() {
    long now = time.millis();
    while (deleteEvents(now - events.toMillis()) == BATCH) {
      continue;
    }
    while (deleteQuality(now - history.toMillis()) == BATCH) {
      continue;
    }
  }

  private int deleteEvents(long before) {
    return database.write(handle ->
        handle
            .createUpdate(
                "delete from device_events where (device, sequence) in (select device, sequence"
                    + " from device_events where received_at < :before limit :most)")
            .bind("before", before)
            .bind("most", BATCH)
            .execute());
  }

  private int deleteQuality(long before) {
    return database.write(handle ->
        handle
            .createUpdate(
                "delete from device_quality where (device, model, counter, run, side) in"
                    + " (select device, model, counter, run, side from device_quality"
                    + " where last_at < :before limit :most)")
            .bind("before", before)
            .bind("most", BATCH)
            .execute());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
