package dev.skerry.fleet.device;

import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.store.Database;
import dev.skerry.wire.EnrolToken;
import dev.skerry.wire.Labels;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Tokens that let devices in, once or more often, until they expire. */
public final class ClaimTokens {
  private final Database database;
  private final Audit audit;
  private final Secrets secrets;
  private final InstantSource time;
  private final String pin;

  /**
   * @param pin of the fleet's CA, by which a device knows the server
   */
  public ClaimTokens(
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
   * @param usesLeft empty for any number
   * @param labels set on the devices that it lets in
   * @param revokedAt empty while it holds
   */
  public record Listed(
      String id,
      Instant createdAt,
      String createdBy,
      Instant expiresAt,
      OptionalLong usesLeft,
      SortedMap<String, String> labels,
      Optional<Instant> revokedAt) {}

  /**
   * A new token.
   *
   * @param text shown once and stored nowhere
   */
  public record Created(Listed token, String text) {}

  /**
   * @param uses devices that it lets in, empty for any number
   * @param labels that are set on them, as people's
   */
  public Created create(
      String by, Duration life, OptionalLong uses, SortedMap<String, String> labels) {
    Secrets.checkLife(life);
    if (uses.isPresent() && (uses.getAsLong() < 1 || uses.getAsLong() > 1_000_000_000)) {
      throw FleetException.badRequest(
          "a token lets between 1 and 1,000,000,000 devices in, not " + uses.getAsLong());
    }
    Labels.check(labels);
    String secret = secrets.secret();
    Instant now = Instant.ofEpochMilli(time.millis());
    Listed token =
        new Listed(secrets.name(), now, by, now.plus(life), uses, labels, Optional.empty());
    database.change(handle -> {
      handle
          .createUpdate(
              "insert into claim_tokens (id, secret_hash, created_at, created_by, expires_at,"
                  + " uses_left, labels, revoked_at)"
                  + " values (:id, :hash, :created, :by, :expires, :uses, :labels, 0)")
          .bind("id", token.id())
          .bind("hash", Secrets.hash(secret))
          .bind("created", now.toEpochMilli())
          .bind("by", by)
          .bind("expires", token.expiresAt().toEpochMilli())
          .bind("uses", uses.orElse(-1))
          .bind("labels", LabelText.write(labels))
          .execute();
      audit.record(handle, by, "claim.create", token.id(), "", LabelText.write(labels));
    });
    return new Created(token, new EnrolToken(token.id(), secret, pin).text());
  }

  /** What a token was good for. */
  record Claim(String id, Map<String, String> labels) {}

  /** The token of that name and secret, whether it holds or not. */
  Optional<Listed> find(Handle handle, EnrolToken token) {
    return handle
        .createQuery("select * from claim_tokens where id = :id and secret_hash = :hash")
        .bind("id", token.id())
        .bind("hash", Secrets.hash(token.secret()))
        .map((row, _) -> listed(row))
        .findOne();
  }

  /** Uses the token up by one; empty when it does not hold. */
  Optional<Claim> use(Handle handle, EnrolToken token) {
    int used =
        handle
            .createUpdate(
                "update claim_tokens set uses_left ="
                    + " case when uses_left > 0 then uses_left - 1 else uses_left end"
                    + " where id = :id and secret_hash = :hash and revoked_at = 0"
                    + " and expires_at > :now and uses_left <> 0")
            .bind("id", token.id())
            .bind("hash", Secrets.hash(token.secret()))
            .bind("now", time.millis())
            .execute();
    return used == 0
        ? Optional.empty()
        : find(handle, token).map(row -> new Claim(row.id(), row.labels()));
  }

  private static Listed listed(ResultSet row) throws SQLException {
    long revoked = row.getLong("revoked_at");
    long uses = row.getLong("uses_left");
    return new Listed(
        row.getString("id"),
        Instant.ofEpochMilli(row.getLong("created_at")),
        row.getString("created_by"),
        Instant.ofEpochMilli(row.getLong("expires_at")),
        uses < 0 ? OptionalLong.empty() : OptionalLong.of(uses),
        new TreeMap<>(LabelText.read(row.getString("labels"))),
        revoked == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(revoked)));
  }

  /** All of them, newest first. */
  public List<Listed> list() {
    return database.read(handle ->
        handle
            .createQuery("select * from claim_tokens order by created_at desc, id")
            .map((row, _) -> listed(row))
            .list());
  }

  /**
   * From now on the token lets nobody in.
   *
   * @throws FleetException NOT_FOUND if there is none
   */
  public void revoke(String by, String id) {
    database.change(handle -> {
      int found =
          handle
              .createUpdate(
                  "update claim_tokens set revoked_at = :now where id = :id and revoked_at = 0")
              .bind("now", time.millis())
              .bind("id", id)
              .execute();
      if (found == 0) {
        throw FleetException.notFound("there is no claim token '%s' that holds".formatted(id));
      }
      audit.record(handle, by, "claim.revoke", id, "", "");
    });
  }
}
