package dev.skerry.cli.repo;

import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.key.KeyFolder;
import dev.skerry.bundle.tuf.TufRepository;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that signs. */
public final class RepositoryOptions {
  @Option(
      names = "--keys",
      paramLabel = "FOLDER",
      description = "The secret keys; the repository's name with '-keys' when not given.")
  private @Nullable Path keys;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description =
          "Holds the passphrase of the keys; may be a file descriptor, as /dev/fd/3. Otherwise it"
              + " comes from SKERRY_PASSPHRASE or from a prompt.")
  private @Nullable Path passphraseFile;

  /** The keys that belong to {@code repository}. */
  public KeyFolder keys(Path repository) {
    return new KeyFolder(keysFolder(repository), new Passphrases(passphraseFile, System.getenv()));
  }

  Path keysFolder(Path repository) {
    return keys == null ? KeyFolder.beside(repository) : keys;
  }

  /** The repository in that folder. */
  public TufRepository open(Path repository) {
    return TufRepository.open(
        new SystemDisk(), repository, keys(repository), InstantSource.system());
  }
}
