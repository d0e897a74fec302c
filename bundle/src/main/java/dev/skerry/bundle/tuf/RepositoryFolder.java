package dev.skerry.bundle.tuf;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.disk.Disk;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where the files of a repository are: {@code metadata/N.ROLE.json}, {@code
 * metadata/timestamp.json} and {@code targets/FOLDER/SHA256.NAME}. All of it may be published.
 */
final class RepositoryFolder {
  private static final int SIZE_LIMIT = 64 << 20;

  private final Disk disk;
  private final Path metadata;
  private final Path targets;

  RepositoryFolder(Disk disk, Path folder) {
    this.disk = disk;
    this.metadata = folder.resolve("metadata");
    this.targets = folder.resolve("targets");
  }

  static String fileName(String role, long version) {
    return role.equals(RootRole.TIMESTAMP) ? "timestamp.json" : version + "." + role + ".json";
  }

  /** Version 0 when there is no root. */
  long newestRoot() {
    long version = 0;
    while (disk.isFile(metadata.resolve(fileName(RootRole.TYPE, version + 1)))) {
      version++;
    }
    return version;
  }

  Optional<Envelope> find(String role, long version) {
    Path file = metadata.resolve(fileName(role, version));
    return disk.isFile(file)
        ? Optional.of(Envelope.read(file.toString(), role, disk.read(file, SIZE_LIMIT)))
        : Optional.empty();
  }

  Envelope require(String role, long version) {
    return find(role, version)
        .orElseThrow(() ->
            new BundleException(
                "there is no %s; is %s a repository that 'skerry repo init' made?"
                    .formatted(metadata.resolve(fileName(role, version)), metadata.getParent())));
  }

  void write(String role, Envelope file) {
    disk.createFolders(metadata);
    disk.replace(metadata.resolve(fileName(role, file.version())), file.bytes());
  }

  /** The same content has the same name, so it is written once. */
  void writeTarget(TargetFile target, byte[] content) {
    String hash = Hashes.preferred(target.hashes()).orElseThrow();
    int name = target.path().lastIndexOf('/') + 1;
    Path folder = targets.resolve(target.path().substring(0, name));
    Path file = folder.resolve(hash + "." + target.path().substring(name));
    if (disk.size(file).filter(size -> size == content.length).isPresent()) {
      return;
    }
    disk.createFolders(folder);
    disk.replace(file, content);
  }

  /** Refuses paths that would leave the folder or mean something else on another system. */
  static void requirePath(String path) {
    List<String> names = Arrays.asList(path.split("/", -1));
    boolean plain =
        names.stream()
            .allMatch(name ->
                !name.isEmpty()
                    && !name.equals(".")
                    && !name.equals("..")
                    && name.chars().allMatch(c -> c > ' ' && c != '\\' && c != 127));
    if (!plain) {
      throw new BundleException(
          "'%s' cannot be the path of a target: names with '/' between them were expected"
              .formatted(path));
    }
  }
}
