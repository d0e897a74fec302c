package dev.skerry.bundle.key;

import java.util.Optional;

/** The secret keys that somebody holds. */
public interface KeyRing {
  /** The pair that {@code key} belongs to, or empty when somebody else holds the secret. */
  Optional<SigningKey> find(VerifyingKey key);

  /**
   * Makes and keeps a new pair.
   *
   * @param role that it will sign for, to tell keys apart
   * @param guard how its secret is kept
   */
  SigningKey generate(String role, KeyScheme scheme, Guard guard);

  /** How a secret is kept. */
  enum Guard {
    /** Encrypted with a passphrase. */
    PASSPHRASE,
    /** As it is, for a role that a machine signs with on its own. */
    NONE
  }
}
