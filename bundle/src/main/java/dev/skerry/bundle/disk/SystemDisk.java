package dev.skerry.bundle.disk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine's own file system. */
public final class SystemDisk implements Disk {
  /** What the operating systems say when no space is left; the JDK has no type for it. */
  private static final List<String> FULL =
      List.of("No space left on device", "Disk quota exceeded", "not enough space on the disk");

  @Override
  public boolean isFile(Path path) {
    return Files.isRegularFile(path);
  }

  @Override
  public Optional<Long> size(Path file) {
    try {
      return isFile(file) ? Optional.of(Files.size(file)) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // deleted meanwhile
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public InputStream open(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void createFolders(Path folder) {
    Deque<Path> missing = new ArrayDeque<>();
    Path at = folder.toAbsolutePath();
    while (at != null && !Files.isDirectory(at)) {
      missing.push(at);
      at = at.getParent();
    }
    try {
      for (Path made : missing) {
        Files.createDirectories(made);
        Path parent = made.getParent();
        if (parent != null) {
          syncFolder(parent);
        }
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public Output append(Path file) {
    try {
      return new ChannelOutput(
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void truncate(Path file, long size) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void rename(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void syncFolder(Path folder) {
    // A folder can be opened for reading alone, and syncing that channel syncs its entries (POSIX).
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public long usableBytes(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static UncheckedIOException failure(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    boolean full = reason != null && FULL.stream().anyMatch(reason::contains);
    if (!full) {
      return new UncheckedIOException(e);
    }
    DiskFullException named = new DiskFullException(String.valueOf(e.getMessage()));
    named.initCause(e);
    return new UncheckedIOException(named);
  }

  private record ChannelOutput(FileChannel channel) implements Output {
    @Override
    public void write(byte[] bytes, int offset, int length) {
      ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
      try {
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      } catch (IOException e) {
        throw failure(e);
      }
    }

    @Override
    public void sync() {
      try {
        channel.force(true);
      } catch (IOException e) {
        throw failure(e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw failure(e);
      }
    }
  }
}
