package dev.skerry.fleet.selector;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How values are compared: as numbers, with units of bytes, or as versions. */
final class Values {
  private static final Pattern NUMBER =
      Pattern.compile("([+-]?\\d{1,18}(?:\\.\\d{1,18})?)\\s?(KiB|MiB|GiB|TiB|kB|MB|GB|TB|%)?");

  private static final Map<String, Long> UNITS =
      Map.of(
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30,
          "TiB", 1L << 40,
          "kB", 1_000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "TB", 1_000_000_000_000L,
          "%", 1L);

  private Values() {}

  /** Whether attribute {@code name} with value {@code left} equals {@code right}. */
  static boolean same(String name, String left, String right) {
    if (left.equals(right)) {
      return true;
    }
    if (Attributes.isVersion(name)) {
      return false;
    }
    Optional<BigDecimal> a = number(left);
    Optional<BigDecimal> b = number(right);
    return a.isPresent() && b.isPresent() && a.get().compareTo(b.get()) == 0;
  }

  /** Negative, zero or positive as {@code left} is before, at or after {@code right}. */
  static int compare(String name, String left, String right) {
    if (!Attributes.isVersion(name)) {
      Optional<BigDecimal> a = number(left);
      Optional<BigDecimal> b = number(right);
      if (a.isPresent() && b.isPresent()) {
        return a.get().compareTo(b.get());
      }
    }
    return versions(left, right);
  }

  private static Optional<BigDecimal> number(String text) {
    Matcher matcher = NUMBER.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal value = new BigDecimal(matcher.group(1));
    String unit = matcher.group(2);
    return Optional.of(
        unit == null ? value : value.multiply(BigDecimal.valueOf(UNITS.getOrDefault(unit, 1L))));
  }

  /**
   * Part by part as Semantic Versioning 2.0.0, section 11 orders them: numbers by size and below
   * words, a missing part below any other, except that 1.0.0-rc1 is below 1.0.0.
   */
  private static int versions(String left, String right) {
    String[] a = left.split("[+]", 2)[0].split("-", 2);
    String[] b = right.split("[+]", 2)[0].split("-", 2);
    int core = parts(a[0], b[0]);
    if (core != 0) {
      return core;
    }
    if (a.length != b.length) {
      return b.length - a.length;
    }
    return a.length == 1 ? 0 : parts(a[1], b[1]);
  }

  private static int parts(String left, String right) {
    String[] a = left.split("[. ]", -1);
    String[] b = right.split("[. ]", -1);
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      int order = part(a[i], b[i]);
      if (order != 0) {
        return order;
      }
    }
    return a.length - b.length;
  }

  private static int part(String left, String right) {
    boolean a = left.matches("\\d{1,18}");
    boolean b = right.matches("\\d{1,18}");
    if (a && b) {
      return Long.compare(Long.parseLong(left), Long.parseLong(right));
    }
    if (a != b) {
      return a ? -1 : 1;
    }
    return left.compareTo(right);
  }
}
