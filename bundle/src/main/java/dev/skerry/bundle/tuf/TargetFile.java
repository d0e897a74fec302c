package dev.skerry.bundle.tuf;

import dev.skerry.bundle.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A file that signed metadata lists (The Update Framework, §4.5).
 *
 * @param path by which it is asked for, with {@code /} between names
 * @param length in bytes
 * @param hashes in lower-case hexadecimal by algorithm, {@code sha256} for instance
 * @param custom what the publisher says of it beside that; empty when nothing
 */
public record TargetFile(
    String path, long length, SequencedMap<String, String> hashes, Json.Obj custom) {
  public TargetFile {
    hashes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(hashes));
  }
}
