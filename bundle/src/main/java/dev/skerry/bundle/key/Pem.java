package dev.skerry.bundle.key;

import dev.skerry.bundle.BundleException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Bytes as text between two lines that say what they are (RFC 7468). */
public final class Pem {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  public static String write(String label, byte[] content) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, LINES.encodeToString(content), label);
  }

  /**
   * @param place how messages call it
   * @throws BundleException if {@code text} is not PEM with that label
   */
  public static byte[] read(String place, String label, String text) {
    String stripped = text.strip();
    String first = "-----BEGIN %s-----".formatted(label);
    String last = "-----END %s-----".formatted(label);
    if (!stripped.startsWith(first)
        || !stripped.endsWith(last)
        || stripped.length() < first.length() + last.length()) {
      throw new BundleException("%s is not PEM with the label %s".formatted(place, label));
    }
    try {
      return Base64.getMimeDecoder()
          .decode(stripped.substring(first.length(), stripped.length() - last.length()));
    } catch (IllegalArgumentException e) {
      throw new BundleException("%s is not PEM: its base64 is broken".formatted(place), e);
    }
  }
}
