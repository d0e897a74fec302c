package dev.skerry.agent.update;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.release.Receipt;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where releases come from, as a port. Several threads may use it at the same time. */
public interface ReleaseSource {
  /**
   * The newest release of {@code model} that signed metadata names; empty when there is none.
   *
   * @throws IOException if the repository cannot be reached
   * @throws dev.skerry.bundle.TrustException if its metadata must not be used
   * @throws dev.skerry.bundle.BundleException if it is malformed
   */
  Optional<Receipt> newest(String model) throws IOException;

  /**
   * The release of {@code model} with this counter; empty when signed metadata does not name it.
   * Its floor is that of the newest. Throws as {@link #newest} does.
   */
  Optional<Receipt> find(String model, long counter) throws IOException;

  /** The bytes of a release's manifest, not verified. Throws as {@link #newest} does. */
  byte[] manifest(Receipt receipt) throws IOException;

  /**
   * Opens a blob from {@code offset} on; nothing of it is checked. The caller closes it.
   *
   * @throws IOException if it cannot be reached
   */
  InputStream blob(Digest blob, long offset) throws IOException;
}
