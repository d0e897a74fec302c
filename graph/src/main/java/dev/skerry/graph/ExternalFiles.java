package dev.skerry.graph;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The files of weights beside a model, each mapped once when first asked for, into memory that the
 * arena owns. No location leads out of the model's folder, through links neither.
 */
final class ExternalFiles {
  private final Path folder;
  private final Arena arena;
  private final Map<String, MemorySegment> mapped = new HashMap<>();

  ExternalFiles(Path folder, Arena arena) {
    this.folder = folder;
    this.arena = arena;
  }

  /** The content of the file at {@code location}, relative to the model's folder. */
  MemorySegment open(String location) {
    MemorySegment known = mapped.get(location);
    if (known == null) {
      known = map(inside(location), "the weights file '" + location + "'", arena);
      mapped.put(location, known);
    }
    return known;
  }

  /** Bytes of all files mapped so far. */
  long mappedBytes() {
    return mapped.values().stream().mapToLong(MemorySegment::byteSize).sum();
  }

  private Path inside(String location) {
    Path relative = relative(location);
    Path file = folder.resolve(relative);
    if (!Files.exists(file)) {
      throw bad(
          "the model keeps weights in '%s', which is not in %s; put it beside the model"
              .formatted(location, folder.toAbsolutePath()));
    }
    try {
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw escape(location);
      }
    } catch (IOException e) {
      throw unreadable("the weights file '" + location + "'", e);
    }
    return file;
  }

  private static Path relative(String location) {
    try {
      Path relative = Path.of(location);
      if (location.isEmpty() || relative.isAbsolute() || location.startsWith("\\")) {
        throw escape(location);
      }
      for (Path part : relative) {
        if (part.toString().equals("..")) {
          throw escape(location);
        }
      }
      return relative;
    } catch (InvalidPathException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "the location of external weights is no path: " + e.getReason(), e);
    }
  }

  /** Maps a whole file, read-only; {@code name} is what messages call it. */
  static MemorySegment map(Path file, String name, Arena arena) {
    if (!Files.isRegularFile(file)) {
      String what = Files.isDirectory(file) ? "a folder" : "not a file that can be mapped";
      throw bad(name + " is " + (Files.exists(file) ? what : "missing: there is no such file"));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static SkerryException escape(String location) {
    return bad(
        "the model keeps weights in '%s', which is outside its own folder; that is not allowed"
            .formatted(location));
  }

  private static SkerryException unreadable(String name, IOException cause) {
    return new SkerryException(ErrorCode.BAD_FILE, name + " cannot be read: " + cause, cause);
  }

  private static SkerryException bad(String message) {
    return new SkerryException(ErrorCode.BAD_FILE, message);
  }
}
