package dev.skerry.runtime.describe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody meant when they mistyped a name. */
public final class NearestName {
  private NearestName() {}

  /** The one of {@code known} closest to {@code typed}; empty when none is near. */
  public static Optional<String> of(String typed, Collection<String> known) {
    int limit = Math.max(2, typed.length() / 3);
    return known.stream()
        .filter(name -> distance(typed, name) <= limit)
        .min(Comparator.comparingInt(name -> distance(typed, name)));
  }

  /** A half sentence to put behind a message about {@code typed}. */
  public static String hint(String typed, Collection<String> known) {
    return of(typed, known)
        .map(name -> "; did you mean \"" + name + "\"?")
        .orElse(known.isEmpty() ? "" : "; known are " + String.join(", ", known));
  }

  /** Levenshtein distance, case ignored. */
  static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
