package dev.skerry.agent.serve;

import dev.skerry.graph.SkerryException;
import org.jspecify.annotations.Nullable;

/** A request that is refused, with the status that says why (RFC 9110 section 15.5 and 15.6). */
final class HttpProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int TIMEOUT = 408;
  static final int LENGTH_REQUIRED = 411;
  static final int TOO_LARGE = 413;
  static final int UNSUPPORTED_TYPE = 415;
  static final int INTERNAL = 500;
  static final int UNAVAILABLE = 503;

  private final int status;

  HttpProblem(int status, String message) {
    this(status, message, null);
  }

  HttpProblem(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  static HttpProblem badRequest(String message) {
    return new HttpProblem(BAD_REQUEST, message);
  }

  int status() {
    return status;
  }

  /** The status of a failure that is not about HTTP. */
  static int statusOf(SkerryException failure) {
    return switch (failure.code()) {
      case BAD_DATA, USAGE -> BAD_REQUEST;
      case NOT_FOUND -> NOT_FOUND;
      case BUSY, REMOTE -> UNAVAILABLE;
      case BAD_FILE, BAD_MODEL, BAD_DESCRIPTION, ENGINE, BUDGET, TRUST -> INTERNAL;
    };
  }
}
