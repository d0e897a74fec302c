package dev.skerry.fleet.access;

import dev.skerry.fleet.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Browsers in which somebody gave a token: a random cookie stands for it. */
public final class Sessions {
  /** How long a session lasts. */
  public static final Duration LIFE = Duration.ofHours(12);

  private final Database database;
  private final AccessTokens tokens;
  private final Secrets secrets;
  private final InstantSource time;

  public Sessions(Database database, AccessTokens tokens, Secrets secrets, InstantSource time) {
    this.database = database;
    this.tokens = tokens;
    this.secrets = secrets;
    this.time = time;
  }

  /**
   * A browser.
   *
   * @param csrf that forms carry, so that other sites' forms change nothing
   */
  public record Session(Principal principal, String csrf) {}

  /** Opens a session; the cookie's value, or empty if the token does not hold. */
  public Optional<String> open(String token) {
    return tokens
        .authenticate(token)
        .map(principal -> {
          String cookie = secrets.secret();
          database.change(handle ->
              handle
                  .createUpdate(
                      "insert into sessions (id_hash, token, csrf, expires_at)"
                          + " values (:id, :token, :csrf, :expires)")
                  .bind("id", Secrets.hash(cookie))
                  .bind("token", principal.token())
                  .bind("csrf", secrets.secret())
                  .bind("expires", time.millis() + LIFE.toMillis())
                  .execute());
          return cookie;
        });
  }

  private record Row(String token, String csrf) {}

  /** The session of a cookie, while its token holds. */
  public Optional<Session> find(String cookie) {
    Optional<Row> row =
        database.read(handle ->
            handle
                .createQuery(
                    "select token, csrf from sessions"
                        + " where id_hash = :id and expires_at > :now")
                .bind("id", Secrets.hash(cookie))
                .bind("now", time.millis())
                .map((found, _) -> new Row(found.getString(1), found.getString(2)))
                .findOne());
    return row.flatMap(
        found -> tokens.holder(found.token).map(owner -> new Session(owner, found.csrf)));
  }

  public void close(String cookie) {
    database.change(handle ->
        handle
            .createUpdate("delete from sessions where id_hash = :id or expires_at <= :now")
            .bind("id", Secrets.hash(cookie))
            .bind("now", time.millis())
            .execute());
  }
}
