package dev.skerry.agent.slot;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.blob.Assembler;
import dev.skerry.bundle.blob.BlobSource;
import dev.skerry.bundle.release.PackedFile;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/** One variant on its way into a slot: which blobs are missing, and the file made of them. */
public final class Installation {
  private final SlotFolder folder;
  private final Release release;
  private final Variant variant;
  private final List<BlobSource> sources = new ArrayList<>();

  /**
   * @param installed blobs that lie inside the intact files of other slots
   */
  public Installation(
      SlotFolder folder, Release release, Variant variant, List<? extends BlobSource> installed) {
    this.folder = folder;
    this.release = release;
    this.variant = variant;
    sources.add(folder.blobs());
    sources.addAll(installed);
  }

  /** A blob that is not on the device. */
  public record Missing(Digest blob, long bytes) {}

  /** What has to be downloaded. Nothing for the file itself when it is installed already. */
  public List<Missing> missing() {
    List<Missing> missing = new ArrayList<>();
    golden()
        .forEach((blob, bytes) -> {
          if (!folder.blobs().has(blob)) {
            missing.add(new Missing(blob, bytes));
          }
        });
    if (!isInstalled()) {
      missing.addAll(missingOfFile());
    }
    return missing;
  }

  /**
   * Of the two ways to the file the one with fewer bytes to fetch: its packed form, or its pieces,
   * of which the device may have some.
   */
  private List<Missing> missingOfFile() {
    List<Missing> pieces = new ArrayList<>();
    variant
        .file()
        .blobs()
        .forEach((blob, bytes) -> {
          if (!golden().containsKey(blob) && !has(blob)) {
            pieces.add(new Missing(blob, bytes));
          }
        });
    long bytes = pieces.stream().mapToLong(Missing::bytes).sum();
    Optional<PackedFile> packed = variant.packed().filter(form -> form.bytes() < bytes);
    if (packed.isEmpty()) {
      return pieces;
    }
    PackedFile form = packed.get();
    return folder.blobs().has(form.blob())
        ? List.of()
        : List.of(new Missing(form.blob(), form.bytes()));
  }

  /** Blobs of the golden vectors; they stay as long as the slot does. */
  private SequencedMap<Digest, Long> golden() {
    SequencedMap<Digest, Long> golden = new TreeMap<>(release.golden().blobs());
    variant
        .goldenOutputs()
        .forEach(output -> golden.put(output.values().blob(), output.values().bytes()));
    return golden;
  }

  private boolean has(Digest blob) {
    return sources.stream().anyMatch(source -> source.has(blob));
  }

  /** Whether the file has its name, which it gets when it is whole and synced. */
  private boolean isInstalled() {
    return folder.disk().isFile(folder.file(variant.file().digest()));
  }

  /** Bytes that the disk must have room for: what is missing, and the file. */
  public long roomBytes() {
    long missing = missing().stream().mapToLong(Missing::bytes).sum();
    return missing + (isInstalled() ? 0 : variant.file().bytes());
  }

  /**
   * Puts the file together and installs it under its name, if it has the digest that the manifest
   * says; otherwise deletes the blobs that it was made of.
   *
   * @return whether the file is installed
   */
  public boolean assemble() {
    Digest digest = variant.file().digest();
    if (folder.isIntact(digest)) {
      return true;
    }
    try {
      make(folder.file(digest));
      return true;
    } catch (TrustException | BundleException e) {
      folder.disk().delete(folder.file(digest)); // damaged, if it is there at all
      folder.forget(variant.blobs().keySet());
      return false;
    }
  }

  private void make(Path file) {
    Optional<Digest> packed =
        variant.packed().map(PackedFile::blob).filter(blob -> folder.blobs().has(blob));
    if (packed.isPresent()) {
      Assembler.unpack(folder.disk(), variant.file(), packed.get(), folder.blobs(), file);
    } else {
      Assembler.assemble(folder.disk(), variant.file(), new Everywhere(), file);
    }
  }

  /** The first source that has a blob. */
  private final class Everywhere implements BlobSource {
    @Override
    public boolean has(Digest blob) {
      return Installation.this.has(blob);
    }

    @Override
    public InputStream open(Digest blob, long offset) {
      return sources.stream()
          .filter(source -> source.has(blob))
          .findFirst()
          .orElse(folder.blobs()) // says that there is none
          .open(blob, offset);
    }
  }
}
