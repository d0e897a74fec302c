package dev.skerry.bundle.tuf;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.key.VerifyingKey;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Files, and other roles that may list files (The Update Framework, §4.5).
 *
 * @param targets by path
 * @param keys of the delegated roles, by id
 * @param delegations in order of preference
 */
record TargetsRole(
    Envelope file,
    long version,
    Instant expires,
    SequencedMap<String, TargetFile> targets,
    Map<String, VerifyingKey> keys,
    List<Delegation> delegations) {
  TargetsRole {
    targets = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(targets));
    delegations = List.copyOf(delegations);
  }

  static TargetsRole read(Envelope file) {
    JsonObject signed = file.signed();
    JsonObject written = signed.object("targets");
    SequencedMap<String, TargetFile> targets = new LinkedHashMap<>();
    for (String path : written.keys()) {
      targets.put(path, readTarget(path, written.object(path)));
    }
    if (!signed.has("delegations")) {
      return new TargetsRole(file, file.version(), file.expires(), targets, Map.of(), List.of());
    }
    JsonObject delegations = signed.object("delegations");
    List<Delegation> roles =
        delegations.has("roles")
            ? delegations.objects("roles").stream().map(Delegation::read).toList()
            : List.of();
    return new TargetsRole(
        file, file.version(), file.expires(), targets, RootRole.readKeys(delegations), roles);
  }

  private static TargetFile readTarget(String path, JsonObject written) {
    Json.Obj custom =
        written.has("custom") && written.value("custom") instanceof Json.Obj object
            ? object
            : Json.object().build();
    return new TargetFile(
        path, written.integer("length", 0), Hashes.read(written.object("hashes")), custom);
  }
}
