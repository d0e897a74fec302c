package dev.skerry.fleet.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Named numbers in the database that grow when something changed, so that every process of the
 * fleet knows within a second that what it remembers is out of date, with one small read a second.
 */
public final class Versions implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Versions.class.getName());
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Database database;
  private final Map<String, Long> known = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("skerry-versions").factory());

  private Versions(Database database) {
    this.database = database;
  }

  /** Begins to look; whoever starts it closes it. */
  public static Versions start(Database database) {
    Versions versions = new Versions(database);
    versions.refresh();
    versions.clock.scheduleWithFixedDelay(
        versions::refreshIfPossible, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return versions;
  }

  /** Says in {@code handle}'s transaction that what {@code name} stands for changed. */
  public void bump(Handle handle, String name) {
    handle
        .createUpdate(
            "insert into versions (name, value) values (:name, 1)"
                + " on conflict (name) do update set value = versions.value + 1")
        .bind("name", name)
        .execute();
    handle.afterCommit(this::refreshSoon);
  }

  /** The number as it was at most a second ago, 0 before the first change. */
  public long current(String name) {
    return known.getOrDefault(name, 0L);
  }

  /** Waits until the number is not {@code seen} any more, at most {@code most}; returns it. */
  public long await(String name, long seen, Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      while (current(name) == seen && left > 0) {
        left = changed.awaitNanos(left);
      }
      return current(name);
    } finally {
      lock.unlock();
    }
  }

  /** Not in the thread that commits: SQLite's connection is still its own then. */
  private void refreshSoon() {
    if (!clock.isShutdown()) {
      clock.execute(this::refreshIfPossible);
    }
  }

  private void refreshIfPossible() {
    try {
      refresh();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the database does not answer; trying again", e);
    }
  }

  /** Looks now. */
  public void refresh() {
    Map<String, Long> values =
        database.read(handle ->
            handle
                .createQuery("select name, value from versions")
                .reduceResultSet(
                    new HashMap<String, Long>(),
                    (map, row, _) -> {
                      map.put(row.getString(1), row.getLong(2));
                      return map;
                    }));
    lock.lock();
    try {
      if (!known.equals(values)) {
        known.putAll(values);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
