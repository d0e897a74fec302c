package dev.skerry.bundle;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that are not what they should be, never a bug: malformed, truncated, too large, damaged.
 * The message says what happened, to which thing, what was expected and what to do. Bytes that are
 * well-formed but must not be trusted are a {@code TrustException}.
 */
public final class BundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
