package dev.skerry.agent.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Puts files back as they were, unless what is done with them succeeds. */
final class Undo implements AutoCloseable {
  /**
   * @param saved beside the file, with its permissions; empty when there was none
   * @param newFolder whether its folder was not there, either
   */
  private record Saved(Path file, Optional<Path> saved, boolean newFolder) {}

  private final List<Saved> files = new ArrayList<>();
  private boolean kept;

  private Undo() {}

  static Undo of(Path... files) {
    Undo undo = new Undo();
    try {
      for (Path file : files) {
        undo.save(file);
      }
      return undo;
    } catch (IOException e) {
      undo.close();
      throw new UncheckedIOException(e);
    }
  }

  private void save(Path file) throws IOException {
    if (!Files.exists(file)) {
      files.add(new Saved(file, Optional.empty(), !Files.exists(folder(file))));
      return;
    }
    Path saved = file.resolveSibling(file.getFileName() + ".before");
    Files.copy(
        file, saved, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
    files.add(new Saved(file, Optional.of(saved), false));
  }

  private static Path folder(Path file) {
    return file.toAbsolutePath().resolveSibling("");
  }

  /** What was done stays. */
  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    try {
      for (Saved saved : files) {
        restore(saved);
      }
      if (!kept) {
        removeNewFolders();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void restore(Saved saved) throws IOException {
    if (kept) {
      if (saved.saved().isPresent()) {
        Files.deleteIfExists(saved.saved().get());
      }
    } else if (saved.saved().isPresent()) {
      Files.move(saved.saved().get(), saved.file(), StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(saved.file());
    }
  }

  private void removeNewFolders() throws IOException {
    for (Saved saved : files) {
      Path folder = folder(saved.file());
      if (saved.newFolder() && Files.isDirectory(folder)) {
        try (Stream<Path> inside = Files.list(folder)) {
          if (inside.findAny().isEmpty()) {
            Files.delete(folder);
          }
        }
      }
    }
  }
}
