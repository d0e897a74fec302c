package dev.skerry.bundle.tuf;

import dev.skerry.bundle.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Which versions of all targets files belong together (The Update Framework, §4.4).
 *
 * @param meta by file name, {@code targets.json} for instance
 */
record SnapshotRole(
    Envelope file, long version, Instant expires, SequencedMap<String, MetaFile> meta) {
  SnapshotRole {
    meta = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(meta));
  }

  static SnapshotRole read(Envelope file) {
    JsonObject written = file.signed().object("meta");
    SequencedMap<String, MetaFile> meta = new LinkedHashMap<>();
    for (String name : written.keys()) {
      meta.put(name, MetaFile.read(written.object(name)));
    }
    return new SnapshotRole(file, file.version(), file.expires(), meta);
  }

  Optional<MetaFile> find(String role) {
    return Optional.ofNullable(meta.get(role + ".json"));
  }
}
