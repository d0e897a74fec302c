package dev.skerry.bundle.net;

import org.jspecify.annotations.Nullable;

/** A repository cannot be reached, or the connection to it broke; later it may work again. */
public final class UnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreachableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
