package dev.skerry.optimize;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.target.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Where a file came from, as digests and entries in its metadata. */
public final class Provenance {
  private static final int CHUNK_BYTES = 1 << 16;

  private Provenance() {}

  /** {@code variant} saying for which target it was made. */
  static Model stamped(Model variant, Target target) {
    SequencedMap<String, String> metadata = new LinkedHashMap<>(variant.metadata());
    metadata.put("skerry.target", target.name());
    return variant.withMetadata(metadata);
  }

  /** SHA-256 of a file's bytes in lower-case hexadecimal. */
  public static String sha256(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        byte[] chunk = new byte[CHUNK_BYTES];
        while (in.read(chunk) >= 0) {
          // reading feeds the digest
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new SkerryException(ErrorCode.BAD_FILE, "cannot read " + file + ": " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
