package dev.skerry.bundle.blob;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * A blob that is being written. {@link #commit} checks it and gives it its name; closed without it,
 * what was written stays and the next writer of the blob goes on from there.
 */
public final class BlobWriter implements AutoCloseable {
  /** What the file's name ends with until the blob is whole. */
  static final String UNFINISHED = ".part";

  /** Bytes copied at a time. */
  static final int CHUNK_BYTES = 1 << 16;

  private final Disk disk;
  private final Digest blob;
  private final long bytes;
  private final Path folder;
  private final Path unfinished;
  private final MessageDigest digest = Digest.algorithm();
  private final Disk.Output out;
  private long written;
  private boolean closed;

  BlobWriter(Disk disk, Digest blob, long bytes, Path folder) {
    this.disk = disk;
    this.blob = blob;
    this.bytes = bytes;
    this.folder = folder;
    this.unfinished = folder.resolve(blob.hex() + UNFINISHED);
    resume();
    this.out = disk.append(unfinished);
  }

  /** Takes what is there into the digest; a file that is longer than the blob starts anew. */
  private void resume() {
    if (disk.size(unfinished).orElse(0L) > bytes) {
      disk.delete(unfinished);
    }
    if (!disk.isFile(unfinished)) {
      return;
    }
    try (InputStream in = disk.open(unfinished)) {
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        digest.update(chunk, 0, count);
        written += count;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that are there, those of interrupted writers included. */
  public long written() {
    return written;
  }

  /**
   * Adds bytes at the end.
   *
   * @throws TrustException if they are more than the blob has; what was written is deleted
   */
  public void write(byte[] content, int offset, int length) {
    if (length > bytes - written) {
      discard();
      throw new TrustException(
          "what was sent as blob %s is longer than its %,d bytes".formatted(blob.brief(), bytes));
    }
    out.write(content, offset, length);
    digest.update(content, offset, length);
    written += length;
  }

  /**
   * Adds all that {@code in} has.
   *
   * @throws IOException if reading fails; what was read before is kept
   * @throws TrustException if there is too much; what was written is deleted
   */
  public void write(InputStream in) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      write(chunk, 0, count);
    }
  }

  /**
   * Makes the blob durable under its name.
   *
   * @throws BundleException if bytes are missing; what was written is kept
   * @throws TrustException if it is another content; what was written is deleted
   */
  public void commit() {
    if (written < bytes) {
      throw new BundleException(
          "blob %s ended after %,d of %,d bytes".formatted(blob.brief(), written, bytes));
    }
    Digest found = Digest.finish(digest);
    if (!found.equals(blob)) {
      discard();
      throw new TrustException(
          "what was sent as blob %s has the digest %s; it is not used"
              .formatted(blob.brief(), found.brief()));
    }
    out.sync();
    close();
    disk.rename(unfinished, folder.resolve(blob.hex()));
    disk.syncFolder(folder);
  }

  private void discard() {
    close();
    disk.delete(unfinished);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      out.close();
    }
  }
}
