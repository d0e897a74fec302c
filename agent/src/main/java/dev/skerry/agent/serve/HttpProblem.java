package dev.skerry.agent.serve;

import dev.skerry.graph.SkerryException;
import org.jspecify.annotations.Nullable;

/** A request that is refused, with the status that says why (RFC 9110 section 15.5 and 15.6). */
public final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public static final int BAD_REQUEST = 400;
  public static final int NOT_FOUND = 404;
  public static final int METHOD_NOT_ALLOWED = 405;
  public static final int TIMEOUT = 408;
  public static final int LENGTH_REQUIRED = 411;
  public static final int TOO_LARGE = 413;
  public static final int UNSUPPORTED_TYPE = 415;
  public static final int INTERNAL = 500;
  public static final int UNAVAILABLE = 503;

  private final int status;

  public HttpProblem(int status, String message) {
    this(status, message, null);
  }

  public HttpProblem(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  public static HttpProblem badRequest(String message) {
    return new HttpProblem(BAD_REQUEST, message);
  }

  /** The status of HTTP. */
  public int status() {
    return status;
  }

  /** What metrics call requests that were refused with {@code status}. */
  static String reason(int status) {
    return switch (status) {
      case NOT_FOUND -> "not-found";
      case TIMEOUT -> "too-slow";
      case TOO_LARGE -> "too-large";
      case INTERNAL -> "engine";
      case UNAVAILABLE -> "busy";
      default -> "bad-request";
    };
  }

  /** The status of a failure that is not about HTTP. */
  public static int statusOf(SkerryException failure) {
    return switch (failure.code()) {
      case BAD_DATA, USAGE -> BAD_REQUEST;
      case NOT_FOUND -> NOT_FOUND;
      case BUSY, REMOTE -> UNAVAILABLE;
      case BAD_FILE, BAD_MODEL, BAD_DESCRIPTION, ENGINE, BUDGET, TRUST -> INTERNAL;
    };
  }
}
