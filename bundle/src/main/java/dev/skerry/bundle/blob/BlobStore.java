package dev.skerry.bundle.blob;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Blobs in a folder, each in the file {@code sha256/<first two digits>/<digest>}.
 *
 * <p>A blob appears under its name when it is whole, checked and durable, and is never changed
 * after that. Until then it grows in a file of its own beside it, from where an interrupted writing
 * goes on. One writer per blob at a time.
 */
public final class BlobStore implements BlobSource {
  private static final String ALGORITHM = "sha256";
  private static final Pattern FOLDER = Pattern.compile("[0-9a-f]{2}");
  private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern PART =
      Pattern.compile("[0-9a-f]{64}" + Pattern.quote(BlobWriter.UNFINISHED));

  private final Disk disk;
  private final Path root;

  /** The store in {@code root}, which is made when the first blob is. */
  public BlobStore(Disk disk, Path root) {
    this.disk = disk;
    this.root = root;
  }

  /** Where a blob is in a store, with {@code /} between names. */
  public static String path(Digest blob) {
    return "%s/%s/%s".formatted(ALGORITHM, blob.hex().substring(0, 2), blob.hex());
  }

  private Path file(Digest blob) {
    return root.resolve(path(blob));
  }

  private Path folder(Digest blob) {
    return root.resolve(ALGORITHM).resolve(blob.hex().substring(0, 2));
  }

  @Override
  public boolean has(Digest blob) {
    return disk.isFile(file(blob));
  }

  /** Bytes of a blob that is there. */
  public Optional<Long> size(Digest blob) {
    return disk.size(file(blob));
  }

  @Override
  public InputStream open(Digest blob, long offset) {
    if (!has(blob)) {
      throw new BundleException("there is no blob %s in %s".formatted(blob, root));
    }
    return Offsets.open(disk, file(blob), offset);
  }

  /**
   * Starts a blob, or goes on with one that was interrupted: {@link BlobWriter#written} bytes are
   * there already.
   *
   * @param bytes that the blob has; no more are taken
   */
  public BlobWriter write(Digest blob, long bytes) {
    disk.createFolders(folder(blob));
    return new BlobWriter(disk, blob, bytes, folder(blob));
  }

  /**
   * Copies a blob into the store, unless it is there.
   *
   * @return whether it was new
   * @throws dev.skerry.bundle.TrustException if what {@code from} has is not that blob
   */
  public boolean copy(Digest blob, long bytes, BlobSource from) {
    if (has(blob)) {
      return false;
    }
    try (BlobWriter writer = write(blob, bytes);
        InputStream in = from.open(blob, writer.written())) {
      writer.write(in);
      writer.commit();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All blobs, by digest. */
  public List<Digest> list() {
    List<Digest> blobs = new ArrayList<>();
    for (Path file : files()) {
      String name = String.valueOf(file.getFileName());
      if (WHOLE.matcher(name).matches()) {
        blobs.add(new Digest(name));
      }
    }
    return blobs;
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path folder : disk.list(root.resolve(ALGORITHM))) {
      if (FOLDER.matcher(String.valueOf(folder.getFileName())).matches()) {
        files.addAll(disk.list(folder));
      }
    }
    return files;
  }

  /**
   * Deletes all blobs, finished or not, that are not among {@code needed}; other files stay.
   *
   * @return bytes that became free
   */
  public long deleteUnused(Collection<Digest> needed) {
    long freed = 0;
    for (Path file : files()) {
      String name = String.valueOf(file.getFileName());
      boolean blob = WHOLE.matcher(name).matches() || PART.matcher(name).matches();
      if (blob && !needed.contains(new Digest(name.substring(0, 64)))) {
        freed += disk.size(file).orElse(0L);
        disk.delete(file);
      }
    }
    return freed;
  }
}
