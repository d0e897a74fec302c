package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.net.Names;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * The metadata that a device trusts, as files: {@code root.json}, {@code timestamp.json} and so on,
 * in the very bytes that came. Each is replaced whole, so that a cut leaves the old or the new one.
 */
final class LocalFiles {
  private final Disk disk;
  private final Path folder;

  LocalFiles(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  Path path(String role) {
    return folder.resolve(Names.encode(role) + ".json");
  }

  Optional<byte[]> read(String role, int limit) {
    Path file = path(role);
    if (disk.size(file).filter(size -> size <= limit).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(disk.read(file, limit));
  }

  /**
   * What was trusted before. A file that cannot be read any more counts as absent: it is fetched
   * and verified again.
   */
  <T> Optional<T> find(String role, String type, int limit, Function<Envelope, T> read) {
    try {
      return read(role, limit)
          .map(bytes -> Envelope.read("the local " + role + ".json", type, bytes))
          .map(read);
    } catch (BundleException e) {
      return Optional.empty();
    }
  }

  void write(String role, byte[] content) {
    disk.createFolders(folder);
    disk.replace(path(role), content);
  }

  /** Nothing of it is left when this returns. */
  void delete(String role) {
    disk.delete(path(role));
    disk.syncFolder(folder);
  }
}
