package dev.skerry.bundle.net;

import java.io.IOException;
import java.io.InputStream;

/** A repository as a device reaches it: files by name, read only. */
public interface Remote {
  /**
   * Opens a file for reading; the caller closes it, and caps what it reads.
   *
   * @param path relative to the repository, with {@code /} between names; a character of a name
   *     other than {@code A-Z a-z 0-9 - . _ ~} is percent-encoded (RFC 3986, §2.1), see {@link
   *     Names#encode}
   * @param offset bytes to leave out in front, for a download that goes on
   * @throws MissingException if the repository answers and has no such file
   * @throws IOException if it cannot be reached or the connection breaks
   */
  InputStream open(String path, long offset) throws IOException;

  /** For messages: the address or folder. */
  String name();

  /** The repository was reached and does not have the file. */
  final class MissingException extends IOException {
    private static final long serialVersionUID = 1L;

    public MissingException(String message) {
      super(message);
    }
  }
}
