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

  /** As {@link #suggestion}, but the end of the message lists all candidates when none is near. */
  public static String hint(String typed, Collection<String> candidates) {
    String suggestion = suggestion(typed, candidates);
    return suggestion.isEmpty() && !candidates.isEmpty()
        ? "; known are " + String.join(", ", candidates)
        : suggestion;
  }

  /**
   * Distance by optimal string alignment: insertions, deletions, replacements and swaps of
   * neighbours that turn one into the other.
   */
  static int distance(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(from, to, cost, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int cheapest(String from, String to, int[][] cost, int i, int j) {
    boolean same = from.charAt(i - 1) == to.charAt(j - 1);
    int changed = cost[i - 1][j - 1] + (same ? 0 : 1);
    int shifted = 1 + Math.min(cost[i - 1][j], cost[i][j - 1]);
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    int least = Math.min(changed, shifted);
    return swapped ? Math.min(least, 1 + cost[i - 2][j - 2]) : least;
  }
}
