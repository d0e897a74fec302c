package dev.skerry.bundle.tuf;

import dev.skerry.bundle.json.Json;
import java.util.Map;
import java.util.SequencedMap;

/** The signed part of metadata files, as Skerry writes them (The Update Framework, §4). */
final class RoleJson {
  static final String SPECIFICATION = "1.0.34";

  private RoleJson() {}

  static Json.ObjectBuilder head(String type, long version, String expires) {
    return Json.object()
        .put("_type", type)
        .put("spec_version", SPECIFICATION)
        .put("version", version)
        .put("expires", expires);
  }

  static Json.Obj timestamp(long version, String expires, long snapshot) {
    return withMeta(RootRole.TIMESTAMP, version, expires, Map.of("snapshot.json", snapshot));
  }

  static Json.Obj snapshot(long version, String expires, Map<String, Long> targets) {
    return withMeta(RootRole.SNAPSHOT, version, expires, targets);
  }

  /**
   * Versions alone, without hashes: signatures may be added to a file later, by other people, and
   * the version is signed as well.
   */
  private static Json.Obj withMeta(
      String type, long version, String expires, Map<String, Long> versions) {
    Json.ObjectBuilder meta = Json.object();
    versions.forEach((file, of) -> meta.put(file, Json.object().put("version", of).build()));
    return head(type, version, expires).put("meta", meta.build()).build();
  }

  /** What {@code before} says beside its targets, such as delegations, stays. */
  static Json.Obj targets(
      Json.Obj before, long version, String expires, SequencedMap<String, TargetFile> targets) {
    Json.ObjectBuilder listed = Json.object();
    targets.forEach((path, target) -> listed.put(path, target(target)));
    Json.ObjectBuilder built = Json.object();
    before.members().forEach(built::put);
    head(RootRole.TARGETS, version, expires).build().members().forEach(built::put);
    return built.put("targets", listed.build()).build();
  }

  private static Json.Obj target(TargetFile target) {
    Json.ObjectBuilder built =
        Json.object().put("hashes", Hashes.write(target.hashes())).put("length", target.length());
    if (!target.custom().members().isEmpty()) {
      built.put("custom", target.custom());
    }
    return built.build();
  }
}
