package dev.skerry.fleet.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** A repository in a folder of this machine. Only what lies in it is found, links lead nowhere. */
public final class FolderBlobs implements Blobs {
  private final Path folder;

  public FolderBlobs(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public Optional<Content> find(String path) throws IOException {
    Path file = folder;
    for (String name : path.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("\\")) {
        return Optional.empty();
      }
      try {
        file = file.resolve(name);
      } catch (InvalidPathException e) {
        return Optional.empty();
      }
      if (Files.isSymbolicLink(file)) {
        return Optional.empty();
      }
    }
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(new FileContent(file, Files.size(file)))
        : Optional.empty();
  }

  @Override
  public String name() {
    return folder.toString();
  }

  private record FileContent(Path file, long bytes) implements Content {
    @Override
    public InputStream open(long offset) throws IOException {
      InputStream in = Files.newInputStream(file);
      try {
        in.skipNBytes(offset);
        return in;
      } catch (IOException e) {
        in.close();
        throw e;
      }
    }
  }
}
