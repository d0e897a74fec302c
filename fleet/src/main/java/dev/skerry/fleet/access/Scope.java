package dev.skerry.fleet.access;

import dev.skerry.fleet.problem.FleetException;
import java.util.Locale;

/** What a person or program may do; each includes those before it. */
public enum Scope {
  /** See everything. */
  VIEWER,
  /** Steer rollouts, label devices. */
  OPERATOR,
  /** Hand out and revoke tokens, revoke devices. */
  ADMIN;

  public boolean includes(Scope other) {
    return compareTo(other) >= 0;
  }

  /** As in JSON and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws FleetException BAD_REQUEST if there is no such scope
   */
  public static Scope of(String text) {
    for (Scope scope : values()) {
      if (scope.text().equals(text)) {
        return scope;
      }
    }
    throw FleetException.badRequest(
        "'%s' is no scope: viewer, operator or admin was expected".formatted(text));
  }
}
