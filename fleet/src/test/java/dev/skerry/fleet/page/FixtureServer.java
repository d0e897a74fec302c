package dev.skerry.fleet.page;

import dev.skerry.fleet.access.AccessTokens;
import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.access.Sessions;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Ids;
import io.helidon.webserver.WebServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;

/** The dashboard of a {@link FixtureFleet} on a free port, with real sessions. */
final class FixtureServer implements AutoCloseable {
  final FixtureFleet fleet = new FixtureFleet();
  final String operator;
  final String viewer;
  private final Database database;
  private final PageRoutes routes;
  private final WebServer server;

  FixtureServer(Path folder) {
    database = Database.open(Database.Place.of("jdbc:sqlite:" + folder.resolve("fleet.db")));
    InstantSource time = InstantSource.fixed(FixtureFleet.NOW);
    SecureRandom random = new SecureRandom();
    Secrets secrets = new Secrets(random);
    Audit audit = new Audit(database, new Ids(time, random), time);
    AccessTokens tokens = new AccessTokens(database, audit, secrets, time, "");
    operator = tokens.create("test", "ada", Scope.OPERATOR, Duration.ofDays(1)).text();
    viewer = tokens.create("test", "vera", Scope.VIEWER, Duration.ofDays(1)).text();
    Sessions sessions = new Sessions(database, tokens, secrets, time);
    routes = new PageRoutes(fleet, fleet, sessions, false, 50);
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .routing(routing -> routing.register("/", routes))
            .build()
            .start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  @Override
  public void close() {
    routes.close();
    server.stop();
    database.close();
  }
}
