package dev.skerry.fleet.problem;

import org.jspecify.annotations.Nullable;

/**
 * A request or a world that does not allow what was asked, never a bug. The message says what
 * happened, to which thing, what was expected and what to do.
 */
public final class FleetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What kind of failure it is, with its HTTP status (RFC 9110 section 15, RFC 6585). */
  public enum Kind {
    /** The request or a configuration cannot be understood. */
    BAD_REQUEST(400),
    /** Nobody knows who asks. */
    UNAUTHENTICATED(401),
    /** It is known who asks, and they may not. */
    FORBIDDEN(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    /** The body did not come in time. */
    TIMEOUT(408),
    /** What is asked for contradicts what is. */
    CONFLICT(409),
    TOO_LARGE(413),
    UNSUPPORTED_TYPE(415),
    TOO_MANY(429),
    /** The database or the repository cannot be reached; later it may work. */
    UNAVAILABLE(503);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  public FleetException(Kind kind, String message) {
    this(kind, message, null);
  }

  public FleetException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public static FleetException badRequest(String message) {
    return new FleetException(Kind.BAD_REQUEST, message);
  }

  public static FleetException notFound(String message) {
    return new FleetException(Kind.NOT_FOUND, message);
  }

  public static FleetException conflict(String message) {
    return new FleetException(Kind.CONFLICT, message);
  }

  public Kind kind() {
    return kind;
  }
}
