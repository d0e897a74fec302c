package dev.skerry.fleet.release;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where the bytes of the repository lie, as the fleet hands them on. */
public interface Blobs {
  /**
   * A file.
   *
   * @param bytes its size
   */
  interface Content {
    long bytes();

    /** Opens it at {@code offset}; the caller closes it. */
    InputStream open(long offset) throws IOException;
  }

  /**
   * The file of that name; empty when there is none.
   *
   * @param path names with {@code /} between them; one that is empty, {@code .} or {@code ..} is
   *     not found
   * @throws IOException if it cannot be known, because the place cannot be reached
   */
  Optional<Content> find(String path) throws IOException;

  /** For messages: the folder or bucket. */
  String name();
}
