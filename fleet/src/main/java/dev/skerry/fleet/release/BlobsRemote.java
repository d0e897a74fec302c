package dev.skerry.fleet.release;

import dev.skerry.bundle.net.Names;
import dev.skerry.bundle.net.Remote;
import java.io.IOException;
import java.io.InputStream;

/** The fleet's own repository, as a client of The Update Framework reads it. */
record BlobsRemote(Blobs blobs) implements Remote {
  @Override
  public InputStream open(String path, long offset) throws IOException {
    return blobs
        .find(decoded(path))
        .orElseThrow(() -> new MissingException("%s has no file %s".formatted(name(), path)))
        .open(offset);
  }

  private String decoded(String path) throws MissingException {
    try {
      return String.join("/", Names.decodePath(path));
    } catch (IllegalArgumentException _) {
      throw new MissingException("%s cannot have a file %s".formatted(name(), path));
    }
  }

  @Override
  public String name() {
    return blobs.name();
  }
}
