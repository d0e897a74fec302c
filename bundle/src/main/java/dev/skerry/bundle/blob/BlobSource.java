package dev.skerry.bundle.blob;

import dev.skerry.bundle.Digest;
import java.io.InputStream;

/** Something that has blobs. What it gives is not trusted until its digest was checked. */
public interface BlobSource {
  /** Whether the blob is there. */
  boolean has(Digest blob);

  /**
   * Opens a blob for reading; the caller closes it.
   *
   * @param offset bytes to leave out in front
   * @throws dev.skerry.bundle.BundleException if there is no such blob
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  InputStream open(Digest blob, long offset);
}
