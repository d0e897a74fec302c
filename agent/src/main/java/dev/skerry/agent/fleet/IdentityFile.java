package dev.skerry.agent.fleet;

import dev.skerry.bundle.key.KeyFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;

/**
 * The file with a device's {@link Identity}: one file, replaced as a whole, so that key and
 * certificate always fit; nobody but its owner may read it, not even for a moment.
 */
public final class IdentityFile {
  private static final long LIMIT_BYTES = 1 << 20;

  private final Path file;

  private IdentityFile(Path file) {
    this.file = file;
  }

  /**
   * @param data folder that the agent keeps everything in
   */
  public static IdentityFile in(Path data) {
    return new IdentityFile(data.resolve("fleet").resolve("identity.pem"));
  }

  public Path path() {
    return file;
  }

  /**
   * Empty when the device was not enrolled.
   *
   * @throws dev.skerry.bundle.TrustException if others may read it
   * @throws dev.skerry.bundle.BundleException if it is damaged
   */
  public Optional<Identity> read() {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    KeyFolder.requirePrivate(file, "600");
    try {
      if (Files.size(file) > LIMIT_BYTES) {
        throw new IOException("%s is longer than %d bytes".formatted(file, LIMIT_BYTES));
      }
      return Optional.of(Identity.read(file.toString(), Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces the file; it is durable when this returns. */
  void write(Identity identity) {
    Path folder = file.resolveSibling("");
    Path fresh = file.resolveSibling("identity.pem.new");
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(fresh);
      write(fresh, identity.toPem().getBytes(StandardCharsets.UTF_8));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path fresh, byte[] content) throws IOException {
    FileAttribute<?>[] mode =
        fresh.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (FileChannel channel =
        FileChannel.open(
            fresh, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }
}
