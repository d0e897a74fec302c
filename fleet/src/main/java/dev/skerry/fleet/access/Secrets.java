package dev.skerry.fleet.access;

import dev.skerry.bundle.Digest;
import dev.skerry.fleet.problem.FleetException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/** Random names and secrets, and how secrets are stored: by their SHA-256 alone. */
public final class Secrets {
  /** No vowels and nothing that looks like something else, so that names spell no words. */
  private static final String LETTERS = "bcdfghjkmnpqrstvwxz23456789";

  private static final int NAME_LETTERS = 10;

  /** 256 bits: nobody guesses them, so that a slow hash has nothing to protect. */
  private static final int SECRET_BYTES = 32;

  private static final Duration LONGEST_LIFE = Duration.ofDays(3660);

  private final SecureRandom random;

  public Secrets(SecureRandom random) {
    this.random = random;
  }

  /** Ten letters and digits. */
  public String name() {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < NAME_LETTERS; i++) {
      name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return name.toString();
  }

  /** 64 hexadecimal digits. */
  public String secret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * @throws FleetException BAD_REQUEST if no token may live so long
   */
  public static void checkLife(Duration life) {
    if (!life.isPositive() || life.compareTo(LONGEST_LIFE) > 0) {
      throw FleetException.badRequest("a token lives between a moment and ten years");
    }
  }

  /** What the database has of a secret. */
  public static String hash(String secret) {
    return Digest.of(secret.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /** Compares in a time that does not tell where two differ. */
  public static boolean matches(String secret, String hash) {
    return MessageDigest.isEqual(
        hash(secret).getBytes(StandardCharsets.US_ASCII), hash.getBytes(StandardCharsets.US_ASCII));
  }
}
