package dev.skerry.graph;

import org.jspecify.annotations.Nullable;

/**
 * Bad input or a bad world, never a bug. The message says what happened, to which thing, what was
 * expected and what to do.
 */
public final class SkerryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public SkerryException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public SkerryException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What kind of failure this is. */
  public ErrorCode code() {
    return code;
  }
}
