package dev.skerry.cli;

import dev.skerry.bundle.archive.ReleaseArchive;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Manifests, alone or inside a release. */
final class ReleaseFiles {
  private ReleaseFiles() {}

  /** The bytes of the manifest that {@code file} is or holds. */
  static byte[] manifest(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new SkerryException(ErrorCode.BAD_FILE, "there is no file " + file);
    }
    if (isText(file)) {
      return new SystemDisk().read(file, ManifestCodec.MAX_BYTES);
    }
    try (ReleaseArchive archive = ReleaseArchive.open(file)) {
      return archive.manifest();
    }
  }

  private static boolean isText(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == '{';
    }
  }
}
