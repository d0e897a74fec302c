package dev.skerry.fleet.access;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.store.Database;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens of people and programs: {@code sku_ID_SECRET_PIN}, the PIN as in a device's enrolment
 * token, so that a client knows the fleet's certificate before it sends anything.
 */
public final class AccessTokens {
  private static final Pattern FORM =
      Pattern.compile("sku_([a-z0-9]{1,40})_([0-9a-f]{64})(?:_([0-9a-f]{32}))?");
  private static final Pattern OWNER = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} .@_-]{0,79}");

  private final Database database;
  private final Audit audit;
  private final Secrets secrets;
  private final InstantSource time;
  private final String pin;

  /**
   * @param pin of the fleet's CA; empty where it has none
   */
  public AccessTokens(
      Database database, Audit audit, Secrets secrets, InstantSource time, String pin) {
    this.database = database;
    this.audit = audit;
    this.secrets = secrets;
    this.time = time;
    this.pin = pin;
  }

  /**
   * A token as it is listed.
   *
   * @param revokedAt empty while it holds
   */
  public record Listed(
      String id,
      String owner,
      Scope scope,
      Instant createdAt,
      String createdBy,
      Instant expiresAt,
      Optional<Instant> revokedAt) {}

  /**
   * A new token.
   *
   * @param text shown once and stored nowhere
   */
  public record Created(Listed token, String text) {}

  /**
   * @param by who makes it
   * @param owner whom the audit log names
   */
  public Created create(String by, String owner, Scope scope, Duration life) {
    if (!OWNER.matcher(owner).matches()) {
      throw FleetException.badRequest(
          "'%s' is no owner: at most 80 letters, digits, spaces, '.', '@', '_' or '-' were expected"
              .formatted(owner));
    }
    Secrets.checkLife(life);
    String secret = secrets.secret();
    Instant now = Instant.ofEpochMilli(time.millis());
    Listed token =
        new Listed(secrets.name(), owner, scope, now, by, now.plus(life), Optional.empty());
    database.change(handle -> {
      handle
          .createUpdate(
              "insert into access_tokens (id, secret_hash, owner, scope, created_at,"
                  + " created_by, expires_at, revoked_at)"
                  + " values (:id, :hash, :owner, :scope, :created, :by, :expires, 0)")
          .bind("id", token.id())
          .bind("hash", Secrets.hash(secret))
          .bind("owner", owner)
          .bind("scope", scope.text())
          .bind("created", now.toEpochMilli())
          .bind("by", by)
          .bind("expires", token.expiresAt().toEpochMilli())
          .execute();
      audit.record(handle, by, "token.create", token.id(), "", text(token));
    });
    return new Created(
        token, "sku_%s_%s%s".formatted(token.id(), secret, pin.isEmpty() ? "" : "_" + pin));
  }

  private static String text(Listed token) {
    return new String(
            JsonWriter.pretty(
                Json.object()
                    .put("owner", token.owner())
                    .put("scope", token.scope().text())
                    .put("expires-at", token.expiresAt().toString())
                    .build()),
            StandardCharsets.UTF_8)
        .strip();
  }

  /** Whose token this is; empty when it is none, or does not hold any more. */
  public Optional<Principal> authenticate(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    return valid(form.group(1))
        .filter(row -> Secrets.matches(form.group(2), row.hash))
        .map(row -> new Principal(row.token.owner(), row.token.scope(), row.token.id()));
  }

  private record Row(Listed token, String hash) {}

  private Optional<Row> valid(String id) {
    long now = time.millis();
    return find(id)
        .filter(row -> row.token.revokedAt().isEmpty())
        .filter(row -> row.token.expiresAt().toEpochMilli() > now);
  }

  /** Who a session's token belongs to, while it holds. */
  Optional<Principal> holder(String id) {
    return valid(id).map(row -> new Principal(row.token.owner(), row.token.scope(), id));
  }

  private Optional<Row> find(String id) {
    return database.read(handle ->
        handle
            .createQuery("select * from access_tokens where id = :id")
            .bind("id", id)
            .map((row, _) -> new Row(listed(row), row.getString("secret_hash")))
            .findOne());
  }

  private static Listed listed(ResultSet row) throws SQLException {
    long revoked = row.getLong("revoked_at");
    return new Listed(
        row.getString("id"),
        row.getString("owner"),
        Scope.of(row.getString("scope")),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getString("created_by"),
        Instant.ofEpochMilli(row.getLong("expires_at")),
        revoked == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(revoked)));
  }

  /** All of them, newest first. */
  public List<Listed> list() {
    return database.read(handle ->
        handle
            .createQuery("select * from access_tokens order by created_at desc, id")
            .map((row, _) -> listed(row))
            .list());
  }

  /**
   * From now on the token opens nothing.
   *
   * @throws FleetException NOT_FOUND if there is none
   */
  public void revoke(String by, String id) {
    database.change(handle -> {
      int found =
          handle
              .createUpdate(
                  "update access_tokens set revoked_at = :now"
                      + " where id = :id and revoked_at = 0")
              .bind("now", time.millis())
              .bind("id", id)
              .execute();
      if (found == 0) {
        throw FleetException.notFound("there is no token '%s' that holds".formatted(id));
      }
      audit.record(handle, by, "token.revoke", id, "", "");
    });
  }
}
