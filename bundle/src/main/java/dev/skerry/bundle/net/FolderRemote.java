package dev.skerry.bundle.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A repository in a folder of this machine, such as one on a memory stick. */
public final class FolderRemote implements Remote {
  private final Path folder;

  public FolderRemote(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public InputStream open(String path, long offset) throws IOException {
    Path file = resolve(path);
    if (!Files.isRegularFile(file)) {
      if (!Files.isDirectory(folder)) {
        throw new IOException("there is no folder " + folder);
      }
      throw new MissingException("%s has no file %s".formatted(folder, path));
    }
    InputStream in = Files.newInputStream(file);
    try {
      in.skip(offset);
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private Path resolve(String path) throws MissingException {
    try {
      Path file = folder;
      for (String name : Names.decodePath(path)) {
        file = file.resolve(name);
      }
      return file;
    } catch (IllegalArgumentException e) { // InvalidPathException is one
      throw new MissingException("%s cannot have a file %s".formatted(folder, path));
    }
  }

  @Override
  public String name() {
    return folder.toString();
  }
}
