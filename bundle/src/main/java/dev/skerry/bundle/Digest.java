package dev.skerry.bundle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of some bytes, which is the name of the blob that holds them (FIPS 180-4).
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) implements Comparable<Digest> {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public Digest {
    if (!FORM.matcher(hex).matches()) {
      throw new BundleException(
          "'%s' is not a SHA-256: 64 lower-case hexadecimal digits were expected".formatted(hex));
    }
  }

  public static Digest of(byte[] content) {
    return finish(algorithm(), content);
  }

  /** The digest of everything that {@code running} was updated with; resets it. */
  public static Digest finish(MessageDigest running) {
    return new Digest(HexFormat.of().formatHex(running.digest()));
  }

  private static Digest finish(MessageDigest running, byte[] last) {
    running.update(last);
    return finish(running);
  }

  /** A running SHA-256, for content that comes in parts. */
  public static MessageDigest algorithm() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The first twelve digits, for people. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
