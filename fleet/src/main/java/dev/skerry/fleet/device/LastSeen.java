package dev.skerry.fleet.device;

import dev.skerry.fleet.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.statement.PreparedBatch;

/** When devices were last heard of: noted in memory, written in batches every second. */
public final class LastSeen implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LastSeen.class.getName());
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Rows of one transaction, so that other writers do not wait for long. */
  private static final int BATCH = 500;

  private final Database database;
  private final InstantSource time;
  private final Map<String, Long> noted = new ConcurrentHashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("skerry-last-seen").factory());

  private LastSeen(Database database, InstantSource time) {
    this.database = database;
    this.time = time;
  }

  /** Begins to write; whoever starts it closes it, which writes what is left. */
  public static LastSeen start(Database database, InstantSource time) {
    LastSeen seen = new LastSeen(database, time);
    seen.clock.scheduleWithFixedDelay(
        seen::flushIfPossible, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return seen;
  }

  /** A device was heard of now. */
  public void note(String device) {
    noted.put(device, time.millis());
  }

  private void flushIfPossible() {
    try {
      flush();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "when devices were last seen was not written; trying again", e);
    }
  }

  /** Writes what was noted. */
  public void flush() {
    // Sorted, so that processes that write at the same time never wait for each other.
    Map<String, Long> taken = new TreeMap<>(noted);
    List<Map.Entry<String, Long>> rows = new ArrayList<>(taken.entrySet());
    for (int from = 0; from < rows.size(); from += BATCH) {
      List<Map.Entry<String, Long>> batch = rows.subList(from, Math.min(from + BATCH, rows.size()));
      write(batch);
      batch.forEach(row -> noted.remove(row.getKey(), row.getValue()));
    }
  }

  private void write(List<Map.Entry<String, Long>> rows) {
    database.change(handle -> {
      try (PreparedBatch batch =
          handle.prepareBatch(
              "insert into device_seen (device, at) values (:device, :at)"
                  + " on conflict (device) do update set at = excluded.at"
                  + " where device_seen.at < excluded.at")) {
        rows.forEach(row -> batch.bind("device", row.getKey()).bind("at", row.getValue()).add());
        batch.execute();
      }
    });
  }

  @Override
  public void close() {
    clock.shutdown();
    try {
      if (!clock.awaitTermination(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        clock.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flushIfPossible();
  }
}
