package dev.skerry.wire;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lets a device into a fleet: {@code skt_<id>_<secret>_<pin>}.
 *
 * @param id that the fleet knows the token by
 * @param secret the fleet has its SHA-256 alone
 * @param pin the first 32 hexadecimal digits of the SHA-256 of the DER of the fleet's CA
 *     certificate, so that a device sends nothing to anybody else
 */
public record EnrolToken(String id, String secret, String pin) {
  private static final Pattern FORM =
      Pattern.compile("skt_([A-Za-z0-9-]{1,40})_([A-Za-z0-9-]{16,100})_([0-9a-f]{32})");

  /**
   * @throws BundleException if {@code text} has not the form; the message does not contain it
   */
  public static EnrolToken of(String text) {
    Matcher found = FORM.matcher(text);
    if (!found.matches()) {
      throw new BundleException(
          "this is no enrolment token: skt_ID_SECRET_PIN was expected, the PIN of 32 hexadecimal"
              + " digits; take the whole text as the fleet printed it");
    }
    return new EnrolToken(found.group(1), found.group(2), found.group(3));
  }

  /** The {@link #pin} of a CA certificate. */
  public static String pinOf(byte[] caDer) {
    return Digest.of(caDer).hex().substring(0, 32);
  }

  /** The whole token, as {@link #of} reads it. */
  public String text() {
    return "skt_%s_%s_%s".formatted(id, secret, pin);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "skt_%s_…_%s".formatted(id, pin);
  }
}
