package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.net.Names;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A role that a targets role trusts with some paths (The Update Framework, §4.5).
 *
 * @param terminating whether a path that it is trusted with is not looked for anywhere else
 * @param paths patterns of paths that it is trusted with
 * @param hashPrefixes beginnings of the SHA-256 of paths that it is trusted with
 */
record Delegation(
    String name,
    RoleKeys keys,
    boolean terminating,
    List<PathPattern> paths,
    List<String> hashPrefixes) {
  Delegation {
    paths = List.copyOf(paths);
    hashPrefixes = List.copyOf(hashPrefixes);
  }

  /** A name becomes a file name, and file systems take no more than 255 bytes. */
  static final int NAME_LIMIT = 200;

  static Delegation read(JsonObject written) {
    String name = written.text("name");
    if (Names.encode(name).length() > NAME_LIMIT) {
      throw new BundleException(
          "%s.name is longer than the limit of %d characters"
              .formatted(written.place(), NAME_LIMIT));
    }
    // A delegated role of such a name would take the place of the file of the top-level one.
    if (RootRole.TOP_LEVEL.contains(name) || name.isEmpty()) {
      throw new BundleException(
          "%s.name is '%s', which no delegated role may have".formatted(written.place(), name));
    }
    boolean patterns = written.has("paths");
    if (patterns == written.has("path_hash_prefixes")) {
      throw new BundleException(
          "%s has %s of 'paths' and 'path_hash_prefixes', one of them was expected"
              .formatted(written.place(), patterns ? "both" : "none"));
    }
    return new Delegation(
        name,
        RoleKeys.read(written),
        written.has("terminating") && written.flag("terminating"),
        patterns ? written.texts("paths").stream().map(PathPattern::new).toList() : List.of(),
        patterns ? List.of() : written.texts("path_hash_prefixes"));
  }

  /** Whether the role is trusted with {@code path}. */
  boolean covers(String path) {
    if (paths.stream().anyMatch(pattern -> pattern.matches(path))) {
      return true;
    }
    String hash = Digest.of(path.getBytes(StandardCharsets.UTF_8)).hex();
    return hashPrefixes.stream().anyMatch(hash::startsWith);
  }
}
