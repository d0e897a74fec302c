package dev.skerry.agent.slot;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.blob.BlobStore;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.UntrustedRelease;
import dev.skerry.bundle.release.Variant;
import dev.skerry.bundle.release.VerifiedRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files of one model on the device, named by their digests, so that slots share what is equal.
 *
 * <pre>
 * slots/DIGEST.json   a release's manifest
 * slots/DIGEST.onnx   a variant's file, put together and checked
 * blobs/              blobs, whole or begun
 * </pre>
 *
 * A file was synced before it was given such a name.
 */
public final class SlotFolder {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Disk disk;
  private final Path folder;
  private final Path slots;
  private final BlobStore blobs;

  public SlotFolder(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
    this.slots = folder.resolve("slots");
    this.blobs = new BlobStore(disk, folder.resolve("blobs"));
  }

  /** Makes the folders. */
  public void prepare() {
    disk.createFolders(slots);
  }

  public Disk disk() {
    return disk;
  }

  /** Blobs that were downloaded. */
  public BlobStore blobs() {
    return blobs;
  }

  /** Deletes blobs, so that they are fetched again. */
  public void forget(Collection<Digest> damaged) {
    List<Digest> kept = new ArrayList<>(blobs.list());
    kept.removeAll(damaged);
    blobs.deleteUnused(kept);
  }

  /** Where the model file with this digest is, once it is installed. */
  public Path file(Digest file) {
    return slots.resolve(file.hex() + ".onnx");
  }

  private Path manifest(Digest manifest) {
    return slots.resolve(manifest.hex() + ".json");
  }

  /** Whether the file is there and holds what its name says. */
  public boolean isIntact(Digest file) {
    Path path = file(file);
    return disk.isFile(path) && digest(path).equals(file);
  }

  /** The SHA-256 of a file. */
  public Digest digest(Path file) {
    MessageDigest running = Digest.algorithm();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = disk.open(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        running.update(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Digest.finish(running);
  }

  public boolean hasManifest(Receipt receipt) {
    return disk.isFile(manifest(receipt.manifest()));
  }

  /** Keeps the manifest of a release that was verified. */
  public void keepManifest(Receipt receipt, byte[] content) {
    Path file = manifest(receipt.manifest());
    try {
      disk.replace(file, content);
    } catch (UncheckedIOException e) {
      disk.delete(file.resolveSibling(file.getFileName() + ".new")); // gives back what it took
      throw e;
    }
  }

  /**
   * The release with this receipt, whose manifest is on disk.
   *
   * @throws dev.skerry.bundle.TrustException if the manifest was damaged
   * @throws UncheckedIOException if it cannot be read
   */
  public VerifiedRelease release(Receipt receipt) {
    Path file = manifest(receipt.manifest());
    return new UntrustedRelease(disk.read(file, ManifestCodec.MAX_BYTES)).verify(receipt);
  }

  /** The variant of {@code release} that is in {@code slot}. */
  public static Variant variant(VerifiedRelease release, Slot slot) {
    return release.release().variants().stream()
        .filter(variant ->
            variant.name().equals(slot.variant()) && variant.file().digest().equals(slot.file()))
        .findFirst()
        .orElseThrow(() ->
            new BundleException(
                "%s has no variant %s with the file %s"
                    .formatted(slot.receipt().label(), slot.variant(), slot.file().brief())));
  }

  /** Bytes that the disk has left. */
  public long usableBytes() {
    return disk.usableBytes(folder);
  }

  /** Bytes of all releases' files, begun ones too. */
  public long usedBytes() {
    return usedBytes(slots) + usedBytes(folder.resolve("blobs"));
  }

  private long usedBytes(Path path) {
    return disk.isFile(path)
        ? disk.size(path).orElse(0L)
        : disk.list(path).stream().mapToLong(this::usedBytes).sum();
  }

  /**
   * Deletes what no slot needs; nothing at all when a manifest is damaged, so that it cannot be
   * told.
   *
   * @param needed slots that stay whole: their manifest, file and golden blobs
   * @param arriving of them, the one that is being installed; all its blobs stay, begun ones too
   */
  public void collect(Collection<Slot> needed, Collection<Slot> arriving) {
    Set<Path> files = new HashSet<>();
    Set<Digest> kept = new HashSet<>();
    for (Slot slot : needed) {
      files.add(manifest(slot.receipt().manifest()));
      files.add(file(slot.file()));
      try {
        kept.addAll(blobs(slot, arriving.contains(slot)));
      } catch (TrustException | BundleException damaged) {
        return;
      }
    }
    for (Path file : disk.list(slots)) {
      if (!files.contains(file)) {
        disk.delete(file);
      }
    }
    blobs.deleteUnused(kept);
  }

  /**
   * Blobs that a slot needs: those of its golden vectors, and all of them until it is installed.
   */
  private Collection<Digest> blobs(Slot slot, boolean arriving) {
    if (!hasManifest(slot.receipt())) {
      return List.of();
    }
    VerifiedRelease release = release(slot.receipt());
    Variant variant = variant(release, slot);
    Set<Digest> wanted = new HashSet<>(release.release().golden().blobs().keySet());
    variant.goldenOutputs().forEach(output -> wanted.add(output.values().blob()));
    if (arriving) {
      wanted.addAll(variant.blobs().keySet());
    }
    return wanted;
  }
}
