package dev.skerry.fleet.page;

import java.util.Locale;
import java.util.regex.Pattern;

/** Figures as pages say them. */
final class Words {
  /** What was not measured. */
  static final String NOTHING = "–";

  private static final Pattern FIGURE =
      Pattern.compile("(\\d) (%|µs|ms|s|min|h|days|B|KiB|MiB|GiB|pp)(?![\\p{L}])");

  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Words() {}

  static String grouped(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  /** {@code count} things, such as {@code 1 device} and {@code 2 devices}. */
  static String count(long count, String one) {
    return grouped(count) + " " + (count == 1 ? one : one + "s");
  }

  /** A share from 0 to 1 with as many decimals as it needs to be told from 0 and from 100 %. */
  static String percent(double share) {
    double percent = 100 * share;
    if (percent == Math.rint(percent)) {
      return decimals(percent, 0) + " %";
    }
    boolean extreme = percent < 1 || percent > 99;
    return decimals(percent, extreme ? 2 : 1) + " %";
  }

  /** A ratio, such as {@code 1.20×}. */
  static String factor(double factor) {
    return decimals(factor, factor < 9.95 ? 2 : 1) + "×";
  }

  /** A time from microseconds on, in the unit that people would take. */
  static String micros(double micros) {
    if (micros >= 1_000_000) {
      return decimals(micros / 1_000_000, 1) + " s";
    }
    if (micros >= 10_000) {
      return decimals(micros / 1_000, 1) + " ms";
    }
    return decimals(micros, micros > 0 && micros < 100 ? 1 : 0) + " µs";
  }

  static String bytes(double bytes) {
    int unit = 0;
    double left = bytes;
    while (left >= 1024 && unit < BYTE_UNITS.length - 1) {
      left /= 1024;
      unit++;
    }
    return decimals(left, unit == 0 || left >= 100 ? 0 : 1) + " " + BYTE_UNITS[unit];
  }

  /** A time in its largest whole unit, such as {@code 3 min}. */
  static String span(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + " min";
    }
    return seconds < 2 * 86_400 ? seconds / 3_600 + " h" : seconds / 86_400 + " days";
  }

  /** {@code text} for running text: a figure and its unit stay on one line. */
  static String prose(String text) {
    return FIGURE.matcher(text).replaceAll("$1\u00A0$2");
  }

  /** {@code text} with a capital in front. */
  static String sentence(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
