package dev.skerry.bundle.tuf;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a timestamp or snapshot says of another metadata file (The Update Framework, §4.4).
 *
 * @param length in bytes; a publisher may leave it out
 * @param hashes by algorithm; empty when left out
 */
record MetaFile(long version, Optional<Long> length, SequencedMap<String, String> hashes) {
  MetaFile {
    hashes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(hashes));
  }

  static MetaFile of(long version, byte[] content) {
    return new MetaFile(version, Optional.of((long) content.length), Hashes.sha256(content));
  }

  static MetaFile read(JsonObject written) {
    return new MetaFile(
        written.integer("version", 1),
        written.has("length") ? Optional.of(written.integer("length", 1)) : Optional.empty(),
        written.has("hashes") ? Hashes.read(written.object("hashes")) : new LinkedHashMap<>());
  }

  Json.Obj write() {
    Json.ObjectBuilder built = Json.object();
    if (!hashes.isEmpty()) {
      built.put("hashes", Hashes.write(hashes));
    }
    length.ifPresent(bytes -> built.put("length", bytes));
    return built.put("version", version).build();
  }

  /** Whether {@code content} is of that length and has those hashes, as far as they are told. */
  boolean matches(byte[] content) {
    return length.map(bytes -> bytes == content.length).orElse(true)
        && (hashes.isEmpty() || Hashes.match(hashes, content));
  }
}
