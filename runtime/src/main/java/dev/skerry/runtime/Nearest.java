package dev.skerry.runtime;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody who mistyped a name most likely meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidate with the smallest edit distance to {@code typed}, case ignored; empty when even
   * that one differs in more than a third of its letters.
   */
  public static Optional<String> to(String typed, Collection<String> candidates) {
    String wanted = typed.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .min(Comparator.comparingInt(name -> distance(wanted, name.toLowerCase(Locale.ROOT))))
        .filter(name ->
            distance(wanted, name.toLowerCase(Locale.ROOT)) <= Math.max(1, name.length() / 3));
  }

  /** The end of a message: {@code "; did you mean 'x'?"}, or nothing when no name is near. */
  public static String suggestion(String typed, Collection<String> candidates) {
    return to(typed, candidates).map(name -> "; did you mean '" + name + "'?").orElse("");
  }

  /**
   * Levenshtein's distance: insertions, deletions and replacements that turn one into the other.
   */
  static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
