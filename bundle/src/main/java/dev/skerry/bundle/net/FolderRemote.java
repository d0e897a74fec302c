package dev.skerry.bundle.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
    Path file = folder;
    for (String encoded : path.split("/", -1)) {
      String name = decode(path, encoded);
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
        throw new MissingException("%s cannot have a file %s".formatted(folder, path));
      }
      try {
        file = file.resolve(name);
      } catch (InvalidPathException e) {
        throw new MissingException("%s cannot have a file %s".formatted(folder, path));
      }
    }
    return file;
  }

  private String decode(String path, String encoded) throws MissingException {
    try {
      return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MissingException("%s cannot have a file %s".formatted(folder, path));
    }
  }

  @Override
  public String name() {
    return folder.toString();
  }
}
