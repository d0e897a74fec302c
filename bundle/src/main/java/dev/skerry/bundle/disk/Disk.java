package dev.skerry.bundle.disk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files and folders, with durability spelled out: what was not synced may be lost, whole or in
 * part, when power is cut; a new or renamed entry is safe only after its folder was synced.
 *
 * <p>All methods throw {@link UncheckedIOException} when the disk fails; a full disk fails with the
 * cause {@link DiskFullException}.
 */
public interface Disk {
  /** Whether {@code path} is a file. */
  boolean isFile(Path path);

  /** Bytes of the file, or empty when there is no such file. */
  Optional<Long> size(Path file);

  /** Files and folders right under {@code folder}, sorted by name; none when it does not exist. */
  List<Path> list(Path folder);

  /** Opens a file for reading; the caller closes it. */
  InputStream open(Path file);

  /** Creates {@code folder} and those above it; they are durable when this returns. */
  void createFolders(Path folder);

  /** Opens {@code file} for writing at its end, made when it is missing; the caller closes it. */
  Output append(Path file);

  /** Cuts {@code file} to {@code size} bytes. */
  void truncate(Path file, long size);

  /** Moves a file within the disk, over one that has the name already; all or nothing. */
  void rename(Path from, Path to);

  /** Removes a file or an empty folder; does nothing when there is none. */
  void delete(Path path);

  /** Makes the entries of {@code folder} durable: files made, renamed and deleted in it. */
  void syncFolder(Path folder);

  /** Bytes that can still be written. */
  long usableBytes(Path folder);

  /** A file that is being written. */
  interface Output extends AutoCloseable {
    void write(byte[] bytes, int offset, int length);

    default void write(byte[] bytes) {
      write(bytes, 0, bytes.length);
    }

    /** Makes all that was written durable. */
    void sync();

    /** Ends writing, without making anything durable. */
    @Override
    void close();
  }

  /**
   * The whole file.
   *
   * @param limit in bytes; a longer file fails
   */
  default byte[] read(Path file, long limit) {
    try (InputStream in = open(file)) {
      byte[] content = in.readNBytes(Math.toIntExact(limit + 1));
      if (content.length > limit) {
        throw new IOException("%s is longer than the limit of %d bytes".formatted(file, limit));
      }
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Replaces {@code file} by {@code content}: whatever happens, it afterwards holds all of the old
   * or all of the new bytes, and the new ones durably when this returns.
   */
  default void replace(Path file, byte[] content) {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    delete(temporary);
    try (Output out = append(temporary)) {
      out.write(content);
      out.sync();
    }
    rename(temporary, file);
    if (folder != null) {
      syncFolder(folder);
    }
  }
}
