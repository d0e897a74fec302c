package dev.skerry.bundle.release;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;

/**
 * A release's manifest: JSON with a {@code format} number, the same bytes for the same release.
 *
 * <p>Reading is strict. Unknown keys are refused, because a signed manifest with a key that some
 * readers heed and others ignore would mean two things; a new key is a new format. Every value is
 * within a limit, names cannot leave a folder, and sizes add up, so that whoever has a {@link
 * Release} need not check it again. The keys are in {@code docs/reference/manifest.md}.
 */
public final class ManifestCodec {
  /** Version of the keys without packed files, which is written where there are none. */
  public static final int FORMAT = 1;

  /** Version of the keys with packed files. */
  public static final int PACKED_FORMAT = 2;

  /** Largest manifest, in bytes. */
  public static final int MAX_BYTES = 4 << 20;

  private ManifestCodec() {}

  /**
   * The release that {@code manifest} describes, for tools that show and build; a device goes
   * through {@link UntrustedRelease}.
   *
   * @throws BundleException if it is not a manifest, naming the place
   */
  public static Release read(byte[] manifest) {
    if (manifest.length > MAX_BYTES) {
      throw new BundleException(
          "the manifest has %,d bytes, more than the limit of %,d"
              .formatted(manifest.length, MAX_BYTES));
    }
    Release release = ManifestReader.read(JsonReader.readObject("manifest", manifest));
    ManifestRules.check(release);
    return release;
  }

  /** The oldest version of the keys that can say what {@code release} holds. */
  static int format(Release release) {
    boolean packed = release.variants().stream().anyMatch(variant -> variant.packed().isPresent());
    return packed ? PACKED_FORMAT : FORMAT;
  }

  /**
   * The manifest of {@code release}.
   *
   * @throws BundleException if the release breaks a rule that reading holds it to
   */
  public static byte[] write(Release release) {
    byte[] manifest = JsonWriter.pretty(ManifestWriter.json(release));
    if (!read(manifest).equals(release)) {
      throw new IllegalStateException("the manifest of " + release.model() + " reads back changed");
    }
    return manifest;
  }
}
