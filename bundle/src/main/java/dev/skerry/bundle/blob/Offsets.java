package dev.skerry.bundle.blob;

import dev.skerry.bundle.disk.Disk;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Opens files somewhere inside. */
final class Offsets {
  private Offsets() {}

  /** {@code file} from {@code offset} on; nothing when it is not that long. */
  static InputStream open(Disk disk, Path file, long offset) {
    InputStream in = disk.open(file);
    try {
      in.skipNBytes(offset);
      return in;
    } catch (EOFException e) {
      close(in, e);
      return InputStream.nullInputStream();
    } catch (IOException e) {
      close(in, e);
      throw new UncheckedIOException(e);
    }
  }

  private static void close(InputStream in, IOException reason) {
    try {
      in.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
