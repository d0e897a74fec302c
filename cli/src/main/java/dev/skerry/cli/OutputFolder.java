package dev.skerry.cli;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The folder that a command writes to. It is made and tried before the work begins, not after
 * minutes of it; a file appears under its name when it is whole.
 */
record OutputFolder(Path root) {
  /**
   * Makes the folder when it is missing.
   *
   * @throws SkerryException BAD_FILE when it cannot be made or written to
   */
  static OutputFolder open(Path root) {
    if (Files.exists(root) && !Files.isDirectory(root)) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, root + " is a file, and a folder is needed; name another");
    }
    try {
      Files.createDirectories(root);
      Files.delete(Files.createTempFile(root, ".skerry", ".tmp"));
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE,
          "cannot write to the folder %s (%s); name another".formatted(root, e),
          e);
    }
    return new OutputFolder(root);
  }

  /** Writes {@code text} to the file {@code name}, in place of an older one. */
  void write(String name, String text) {
    Path file = root.resolve(name);
    Path unfinished = root.resolve("." + name + ".tmp");
    try {
      try {
        Files.writeString(unfinished, text);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "%s cannot be written: %s".formatted(file, e), e);
    }
  }
}
