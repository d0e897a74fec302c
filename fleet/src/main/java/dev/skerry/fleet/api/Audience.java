package dev.skerry.fleet.api;

import dev.skerry.fleet.access.Scope;
import java.util.Optional;

/** Who may ask an endpoint. */
public enum Audience {
  ANYONE,
  /** A device that proves who it is; nobody else, not even an admin. */
  DEVICE,
  VIEWER,
  OPERATOR,
  ADMIN;

  /** The least scope of a person's token; empty where none opens it. */
  public Optional<Scope> scope() {
    return switch (this) {
      case ANYONE, DEVICE -> Optional.empty();
      case VIEWER -> Optional.of(Scope.VIEWER);
      case OPERATOR -> Optional.of(Scope.OPERATOR);
      case ADMIN -> Optional.of(Scope.ADMIN);
    };
  }
}
