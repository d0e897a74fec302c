package dev.skerry.bundle;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Well-formed bytes that must not be used: a signature is missing or wrong, a digest differs, a
 * version goes back, metadata is out of date. Nothing was changed because of them.
 */
public final class TrustException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Attack attack;

  public TrustException(String message) {
    this(message, null);
  }

  public TrustException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.attack = null;
  }

  /** The message ends with the attack's name. */
  public TrustException(Attack attack, String message) {
    super(
        "%s; accepting it would open the door to the attack '%s'"
            .formatted(message, attack.title()));
    this.attack = attack;
  }

  /** What this would have been, where that is known. */
  public Optional<Attack> attack() {
    return Optional.ofNullable(attack);
  }
}
