package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Hashes that metadata lists for a file, by algorithm. */
final class Hashes {
  /** In order of preference; others are not known and count as absent. */
  private static final Map<String, String> ALGORITHMS =
      orderedMap("sha256", "SHA-256", "sha512", "SHA-512", "sha384", "SHA-384");

  private Hashes() {}

  private static Map<String, String> orderedMap(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  static SequencedMap<String, String> read(JsonObject written) {
    SequencedMap<String, String> hashes = new LinkedHashMap<>();
    for (String algorithm : written.keys()) {
      hashes.put(algorithm, written.text(algorithm));
    }
    if (hashes.isEmpty()) {
      throw new BundleException(written.place() + " is empty, at least one hash was expected");
    }
    return hashes;
  }

  static Json.Obj write(Map<String, String> hashes) {
    Json.ObjectBuilder built = Json.object();
    hashes.forEach(built::put);
    return built.build();
  }

  static SequencedMap<String, String> sha256(byte[] content) {
    SequencedMap<String, String> hashes = new LinkedHashMap<>();
    hashes.put("sha256", hex("SHA-256", content));
    return hashes;
  }

  /** The hash that is best known here, or empty when all are of unknown algorithms. */
  static Optional<String> preferred(Map<String, String> hashes) {
    return ALGORITHMS.keySet().stream().filter(hashes::containsKey).map(hashes::get).findFirst();
  }

  /** Whether {@code content} has all hashes that are known here, and there is at least one. */
  static boolean match(Map<String, String> hashes, byte[] content) {
    return preferred(hashes).isPresent()
        && ALGORITHMS.entrySet().stream()
            .filter(known -> hashes.containsKey(known.getKey()))
            .allMatch(known -> hex(known.getValue(), content).equals(hashes.get(known.getKey())));
  }

  private static String hex(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
