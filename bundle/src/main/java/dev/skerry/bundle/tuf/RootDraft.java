package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.key.VerifyingKey;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;

/** A root that is being written. */
final class RootDraft {
  /** Of a role in root: days until a version of it expires. Others ignore it, as they must. */
  private static final String DAYS = "x-skerry-expiry-days";

  private final SequencedMap<String, VerifyingKey> keys = new LinkedHashMap<>();
  private final SequencedMap<String, RoleKeys> roles = new LinkedHashMap<>();
  private final SequencedMap<String, Integer> days = new LinkedHashMap<>();

  /** One that says the same as {@code root}. */
  static RootDraft of(RootRole root) {
    RootDraft draft = new RootDraft();
    draft.keys.putAll(root.keys());
    draft.roles.putAll(root.roles());
    RootRole.TOP_LEVEL.forEach(role -> draft.days.put(role, days(root, role)));
    return draft;
  }

  /** Days until a version of {@code role} expires, as {@code root} says. */
  static int days(RootRole root, String role) {
    JsonObject written = root.file().signed().object("roles").object(role);
    return written.has(DAYS)
        ? Math.toIntExact(Math.clamp(written.integer(DAYS, 1), 1, RepositorySettings.DAYS_LIMIT))
        : RepositorySettings.usualDays(role);
  }

  /** Who signs for {@code role} from now on. */
  void set(String role, List<VerifyingKey> signers, int threshold) {
    if (threshold < 1 || threshold > signers.size()) {
      throw new BundleException(
          "the threshold of the role %s cannot be %d: it has %d keys"
              .formatted(role, threshold, signers.size()));
    }
    SequencedSet<String> ids = new LinkedHashSet<>();
    for (VerifyingKey key : signers) {
      keys.put(key.id(), key);
      ids.add(key.id());
    }
    roles.put(role, new RoleKeys(ids, threshold));
  }

  void expire(String role, int after) {
    days.put(role, after);
  }

  Json.Obj write(long version, String expires) {
    Json.ObjectBuilder written = Json.object();
    roles.forEach((role, signers) ->
        written.put(
            role,
            Json.object()
                .put("keyids", Json.texts(signers.keyIds()))
                .put("threshold", signers.threshold())
                .put(DAYS, Objects.requireNonNull(days.get(role), role))
                .build()));
    Json.ObjectBuilder listed = Json.object();
    used().forEach((id, key) -> listed.put(id, key.json()));
    return RoleJson.head(RootRole.TYPE, version, expires)
        .put("consistent_snapshot", true)
        .put("keys", listed.build())
        .put("roles", written.build())
        .build();
  }

  /** Keys that no role has any more are left out. */
  private Map<String, VerifyingKey> used() {
    Map<String, VerifyingKey> used = new TreeMap<>();
    roles
        .values()
        .forEach(role ->
            role.keyIds().forEach(id -> used.put(id, Objects.requireNonNull(keys.get(id), id))));
    return used;
  }
}
