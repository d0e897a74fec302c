package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;

/** The bytes of a manifest that came from outside. {@link #verify} is the only way to use them. */
public final class UntrustedRelease {
  private final byte[] manifest;

  public UntrustedRelease(byte[] manifest) {
    this.manifest = manifest.clone();
  }

  /**
   * The release, if its manifest is the one that {@code receipt} names. A receipt comes from signed
   * metadata, or from the device's own record of a release that it verified before.
   *
   * @throws TrustException if the manifest is another one
   */
  public VerifiedRelease verify(Receipt receipt) {
    Digest found = Digest.of(manifest);
    if (!found.equals(receipt.manifest())) {
      throw new TrustException(
          "the manifest of %s has the digest %s, and %s was signed; nothing of it is used"
              .formatted(receipt.label(), found.brief(), receipt.manifest().brief()));
    }
    return new VerifiedRelease(receipt, ManifestCodec.read(manifest));
  }
}
