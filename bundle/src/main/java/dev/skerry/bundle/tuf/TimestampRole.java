package dev.skerry.bundle.tuf;

import dev.skerry.bundle.json.JsonObject;
import java.time.Instant;

/** Which snapshot is the newest (The Update Framework, §4.6). */
record TimestampRole(Envelope file, long version, Instant expires, MetaFile snapshot) {
  static TimestampRole read(Envelope file) {
    JsonObject meta = file.signed().object("meta");
    return new TimestampRole(
        file, file.version(), file.expires(), MetaFile.read(meta.object("snapshot.json")));
  }
}
