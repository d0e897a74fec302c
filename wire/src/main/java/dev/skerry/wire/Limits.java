package dev.skerry.wire;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.JsonObject;
import java.util.List;

/** What a message may hold at most. */
final class Limits {
  /** Characters of a name, an identity or a version. */
  static final int NAME = 200;

  private Limits() {}

  /** A text of at most {@link #NAME} characters. */
  static String text(JsonObject json, String key) {
    return text(json, key, NAME);
  }

  static String text(JsonObject json, String key, int most) {
    String text = json.text(key);
    if (text.length() > most) {
      throw new BundleException(
          "%s.%s has %d characters, at most %d were expected"
              .formatted(json.place(), key, text.length(), most));
    }
    return text;
  }

  static <T> List<T> most(JsonObject json, String key, int most, List<T> found) {
    if (found.size() > most) {
      throw new BundleException(
          "%s.%s has %d entries, at most %d were expected"
              .formatted(json.place(), key, found.size(), most));
    }
    return found;
  }

  /** A count of things among {@code all} of them. */
  static long part(JsonObject json, String key, long all) {
    long found = json.integer(key, 0);
    if (found > all) {
      throw new BundleException(
          "%s.%s is %d of %d, no more than all were expected"
              .formatted(json.place(), key, found, all));
    }
    return found;
  }
}
