package dev.skerry.cli.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skerry.bundle.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/** Digests of what a release is made from. */
final class DataDigest {
  private static final int CHUNK_BYTES = 1 << 16;

  private DataDigest() {}

  /** The digest of a file's bytes. */
  static Digest ofFile(Path file) {
    MessageDigest digest = Digest.algorithm();
    byte[] chunk = new byte[CHUNK_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        digest.update(chunk, 0, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Digest.finish(digest);
  }

  /**
   * The digest of a file's bytes, or of a folder: over one line for each file in it, its digest,
   * two spaces and its path with {@code /}, sorted by path, as {@code sha256sum} prints them.
   */
  static Digest of(Path data) {
    if (!Files.isDirectory(data)) {
      return ofFile(data);
    }
    try (Stream<Path> files = Files.walk(data)) {
      List<String> names =
          files
              .filter(Files::isRegularFile)
              .map(file -> data.relativize(file).toString().replace('\\', '/'))
              .sorted()
              .toList();
      MessageDigest digest = Digest.algorithm();
      for (String name : names) {
        digest.update("%s  %s\n".formatted(ofFile(data.resolve(name)), name).getBytes(UTF_8));
      }
      return Digest.finish(digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
