package dev.skerry.cli.repo;

import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.key.KeyFolder;
import dev.skerry.bundle.tuf.TufRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.function.Function;
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

  /**
   * Does {@code work} with the repository in that folder. Another process that changes it is waited
   * for, so that neither signs over what the other has just published.
   */
  public <T> T change(Path repository, Function<TufRepository, T> work) {
    try (FileChannel lock =
            FileChannel.open(
                repository.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = lock.lock()) {
      return work.apply(open(repository));
    } catch (NoSuchFileException e) {
      return work.apply(open(repository)); // says what is wrong with the folder
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
