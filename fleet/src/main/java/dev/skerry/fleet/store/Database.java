package dev.skerry.fleet.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.skerry.fleet.problem.FleetException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * The fleet's database, SQLite or PostgreSQL, with the newest schema.
 *
 * <p>All SQL runs on both. It keeps to the types {@code text}, {@code bigint}, {@code integer} and
 * {@code double precision}; times are milliseconds since 1970, documents are JSON in text, and
 * {@code insert … on conflict} resolves what others wrote first. SQLite has one connection that
 * writes, so that writers wait in line instead of failing, and several that read.
 */
public final class Database implements AutoCloseable {
  private static final String SQLITE = "jdbc:sqlite:";
  private static final String POSTGRES = "jdbc:postgresql:";
  private static final int SQLITE_READERS = 4;
  private static final int POSTGRES_CONNECTIONS = 16;
  private static final long WAIT_MILLIS = 10_000;
  private static final long CHECKPOINT_MILLIS = 1_000;
  private static final Logger LOG = Logger.getLogger(Database.class.getName());

  /** These announce themselves at level INFO; strong references, or the level is forgotten. */
  private static final Logger HIKARI = Logger.getLogger("com.zaxxer.hikari");

  private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

  private final HikariDataSource writing;
  private final HikariDataSource reading;
  private final Jdbi writer;
  private final Jdbi reader;
  private final boolean sqlite;
  private final ThreadLocal<Boolean> inUse = new ThreadLocal<>();
  private final ScheduledExecutorService checkpoints =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("skerry-checkpoints").factory());

  /**
   * Where the database is.
   *
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql://HOST/NAME}
   * @param user empty for SQLite, or when the address has it
   */
  public record Place(String url, String user, String password) {
    public static Place of(String url) {
      return new Place(url, "", "");
    }

    @Override
    public String toString() {
      return url; // never the password
    }
  }

  private Database(HikariDataSource writing, HikariDataSource reading, boolean sqlite) {
    this.writing = writing;
    this.reading = reading;
    this.writer = Jdbi.create(writing);
    this.reader = Jdbi.create(reading);
    this.sqlite = sqlite;
    if (sqlite) {
      checkpoints.scheduleWithFixedDelay(
          this::checkpoint, CHECKPOINT_MILLIS, CHECKPOINT_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Moves the write-ahead log into the file, beside those who read and write. */
  private void checkpoint() {
    try {
      reader.useHandle(
          handle -> handle.createQuery("pragma wal_checkpoint(passive)").mapToMap().list());
    } catch (JdbiException e) {
      LOG.log(Level.WARNING, "the write-ahead log was not checkpointed; trying again", e);
    }
  }

  /**
   * Opens the database and brings its schema up to date; whoever opens it closes it.
   *
   * @throws FleetException BAD_REQUEST for another kind of database, UNAVAILABLE if it cannot be
   *     reached
   */
  public static Database open(Place place) {
    HIKARI.setLevel(Level.WARNING);
    FLYWAY.setLevel(Level.WARNING);
    boolean sqlite = place.url().startsWith(SQLITE);
    if (!sqlite && !place.url().startsWith(POSTGRES)) {
      throw FleetException.badRequest(
          "the database is '%s'; %sFILE or %s//HOST/NAME was expected"
              .formatted(place.url(), SQLITE, POSTGRES));
    }
    try {
      HikariDataSource writing = pool(place, sqlite, sqlite ? 1 : POSTGRES_CONNECTIONS);
      try {
        Flyway.configure().dataSource(writing).locations("classpath:db/migration").load().migrate();
        return new Database(writing, sqlite ? pool(place, true, SQLITE_READERS) : writing, sqlite);
      } catch (RuntimeException e) {
        writing.close();
        throw e;
      }
    } catch (FlywayException | com.zaxxer.hikari.pool.HikariPool.PoolInitializationException e) {
      throw new FleetException(
          FleetException.Kind.UNAVAILABLE,
          "the database %s cannot be used: %s".formatted(place.url(), reason(e)),
          e);
    }
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).strip();
  }

  private static HikariDataSource pool(Place place, boolean sqlite, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(place.url());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(WAIT_MILLIS);
    if (sqlite) {
      config.addDataSourceProperty("journal_mode", "WAL");
      config.addDataSourceProperty("synchronous", "NORMAL");
      config.addDataSourceProperty("busy_timeout", Long.toString(WAIT_MILLIS));
      config.addDataSourceProperty("foreign_keys", "true");
      config.addDataSourceProperty("cache_size", "-65536");
      if (connections == 1) {
        config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        // A checkpoint waits for the disk: not in somebody's commit, but in a thread of its own.
        config.setConnectionInitSql("pragma wal_autocheckpoint = 0");
      }
    } else {
      config.setUsername(place.user().isEmpty() ? null : place.user());
      config.setPassword(place.password().isEmpty() ? null : place.password());
      config.addDataSourceProperty("prepareThreshold", "1");
      config.addDataSourceProperty("reWriteBatchedInserts", "true");
    }
    return new HikariDataSource(config);
  }

  /**
   * Reads in one statement or several that need not agree with each other. Not inside {@link
   * #write} or another read: use that one's handle.
   */
  public <T> T read(Function<Handle, T> work) {
    return alone(() -> reader.withHandle(work::apply));
  }

  /**
   * Reads and writes in one transaction, which is undone if {@code work} throws. Not inside another
   * one, or a read. What is to happen once it is safe goes to {@link Handle#afterCommit}.
   */
  public <T> T write(Function<Handle, T> work) {
    return alone(() ->
        sqlite
            ? writer.inTransaction(work::apply)
            : writer.inTransaction(TransactionIsolationLevel.READ_COMMITTED, work::apply));
  }

  /**
   * A thread that holds a connection must not wait for another: as many threads as there are
   * connections would wait for each other until all give up.
   */
  private <T> T alone(Supplier<T> work) {
    if (inUse.get() != null) {
      throw new IllegalStateException("this thread has a connection already: use its handle");
    }
    inUse.set(true);
    try {
      return work.get();
    } finally {
      inUse.remove();
    }
  }

  /** As {@link #write}, without a result. */
  public void change(Consumer<Handle> work) {
    write(handle -> {
      work.accept(handle);
      return true;
    });
  }

  /**
   * The end of a {@code select} in {@link #write} whose rows nobody else may change before the
   * transaction ends. SQLite needs none: it has one writer.
   */
  public String locking() {
    return sqlite ? "" : " for update";
  }

  @Override
  public void close() {
    checkpoints.shutdownNow();
    reading.close();
    writing.close();
  }
}
