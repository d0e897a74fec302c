package dev.skerry.fleet.page;

import dev.skerry.fleet.problem.FleetException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * What was typed into a form, by the names of its fields (WHATWG URL,
 * application/x-www-form-urlencoded).
 */
record FormFields(Map<String, String> texts) {
  /** Largest form, in bytes. */
  static final int MAX_BYTES = 64 << 10;

  FormFields {
    texts = Map.copyOf(texts);
  }

  /**
   * Reads a form.
   *
   * @throws FleetException TOO_LARGE beyond {@link #MAX_BYTES}, BAD_REQUEST if it is none
   */
  static FormFields read(InputStream body) {
    try {
      byte[] bytes = body.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new FleetException(
            FleetException.Kind.TOO_LARGE,
            "the form has more than %,d bytes, which is the limit".formatted(MAX_BYTES));
      }
      return parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the form did not come", e);
    }
  }

  private static FormFields parse(String body) {
    Map<String, String> texts = new HashMap<>();
    for (String field : body.split("&")) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        texts.putIfAbsent(
            decode(field.substring(0, equals)), decode(field.substring(equals + 1)).strip());
      }
    }
    return new FormFields(texts);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST, "the form cannot be read: " + e.getMessage(), e);
    }
  }

  /** A field without blanks around it; empty when it is not there. */
  String text(String name) {
    return texts.getOrDefault(name, "");
  }

  boolean contains(String name) {
    return texts.containsKey(name);
  }

  /** The form of a rollout, as typed. */
  ReleaseView.RolloutForm rollout() {
    return new ReleaseView.RolloutForm(
        text("selector"),
        text("waves"),
        text("soak"),
        text("gates"),
        text("windows"),
        text("rate-per-minute"),
        text("priority"),
        contains("approval"),
        Map.of());
  }
}
