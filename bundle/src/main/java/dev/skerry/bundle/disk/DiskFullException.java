package dev.skerry.bundle.disk;

import java.io.IOException;

/** There is no space left; what was written before is still there. */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public DiskFullException(String message) {
    super(message);
  }
}
