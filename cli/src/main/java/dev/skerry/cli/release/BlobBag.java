package dev.skerry.cli.release;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.blob.BlobSource;
import dev.skerry.bundle.blob.FileBlobs;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.release.Recipe;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The blobs of a release that is being built: parts of files on disk, and small ones in memory. */
final class BlobBag implements BlobSource {
  private final Disk disk;
  private final List<FileBlobs> files = new ArrayList<>();
  private final Map<Digest, byte[]> contents = new HashMap<>();

  BlobBag(Disk disk) {
    this.disk = disk;
  }

  /** The blobs of {@code file}, which must not change until the release is written. */
  void add(Recipe recipe, Path file) {
    files.add(new FileBlobs(disk, recipe, file));
  }

  Digest add(byte[] content) {
    Digest digest = Digest.of(content);
    contents.put(digest, content);
    return digest;
  }

  @Override
  public boolean has(Digest blob) {
    return contents.containsKey(blob) || files.stream().anyMatch(file -> file.has(blob));
  }

  @Override
  public InputStream open(Digest blob, long offset) {
    byte[] content = contents.get(blob);
    if (content != null) {
      int from = (int) Math.min(offset, content.length);
      return new ByteArrayInputStream(content, from, content.length - from);
    }
    return files.stream()
        .filter(file -> file.has(blob))
        .findFirst()
        .orElseThrow(() -> new BundleException("there is no blob " + blob))
        .open(blob, offset);
  }
}
