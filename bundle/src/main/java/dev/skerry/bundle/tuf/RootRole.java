package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.key.VerifyingKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Whose signatures count for which role (The Update Framework, §4.3).
 *
 * @param keys by id
 * @param roles the four of the top level, by name
 */
record RootRole(
    Envelope file,
    long version,
    Instant expires,
    boolean consistentSnapshot,
    Map<String, VerifyingKey> keys,
    Map<String, RoleKeys> roles) {
  static final String TYPE = "root";
  static final String TIMESTAMP = "timestamp";
  static final String SNAPSHOT = "snapshot";
  static final String TARGETS = "targets";

  /** The roles that every root lists keys for, in the order of an update. */
  static final List<String> TOP_LEVEL = List.of(TYPE, TIMESTAMP, SNAPSHOT, TARGETS);

  static RootRole read(Envelope file) {
    JsonObject signed = file.signed();
    JsonObject written = signed.object("roles");
    Map<String, RoleKeys> roles = new LinkedHashMap<>();
    for (String role : TOP_LEVEL) {
      roles.put(role, RoleKeys.read(written.object(role)));
    }
    return new RootRole(
        file,
        file.version(),
        file.expires(),
        signed.has("consistent_snapshot") && signed.flag("consistent_snapshot"),
        readKeys(signed),
        roles);
  }

  /** The {@code keys} of a root or of delegations. */
  static Map<String, VerifyingKey> readKeys(JsonObject holder) {
    JsonObject written = holder.object("keys");
    Map<String, VerifyingKey> keys = new LinkedHashMap<>();
    for (String id : written.keys()) {
      keys.put(id, VerifyingKey.read(id, written.object(id)));
    }
    return keys;
  }

  RoleKeys role(String name) {
    return Objects.requireNonNull(roles.get(name), name);
  }

  /** Refuses a file that is not signed as this root says. */
  void requireSigned(String role, Envelope by) {
    role(role).require(role, file.name(), by, keys);
  }

  /** Whether a file that was trusted once would be trusted by this root. */
  boolean signs(String role, Envelope by) {
    try {
      return role(role).signers(by, keys) >= role(role).threshold();
    } catch (BundleException e) {
      return false; // it has no canonical form, so nobody signed it
    }
  }
}
