package dev.skerry.bundle;

import org.jspecify.annotations.Nullable;

/**
 * Well-formed bytes that must not be used: a signature is missing or wrong, a digest differs, a
 * version goes back, metadata is out of date. Nothing was changed because of them.
 */
public final class TrustException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrustException(String message) {
    super(message);
  }

  public TrustException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
