package dev.skerry.agent.validate;

import dev.skerry.bundle.Digest;
import java.io.InputStream;

/** Where the blobs of the release under validation are. */
@FunctionalInterface
public interface Blobs {
  /**
   * Opens a blob for reading; the caller closes it and holds its bytes against the digest.
   *
   * @throws java.io.UncheckedIOException if it is not there
   */
  InputStream open(Digest blob);
}
