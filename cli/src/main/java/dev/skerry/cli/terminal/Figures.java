package dev.skerry.cli.terminal;

import java.util.Locale;

/** Numbers as people read them: three digits that matter, and a unit. */
public final class Figures {
  private Figures() {}

  /** Bytes in powers of 1024, such as {@code 13.2 MiB}. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    return scaled(bytes, 1024, "KiB", "MiB", "GiB", "TiB");
  }

  /** A count in powers of 1000, such as {@code 77.4 k}. */
  public static String count(long count) {
    return count < 1000 ? Long.toString(count) : scaled(count, 1000, "k", "M", "G", "T");
  }

  private static String scaled(double value, double base, String... units) {
    int unit = -1;
    while ((unit < 0 || value >= base) && unit + 1 < units.length) {
      value /= base;
      unit++;
    }
    return threeDigits(value) + " " + units[unit];
  }

  /** A time in the unit that suits it, such as {@code 130 µs} or {@code 2.41 ms}. */
  public static String micros(double micros) {
    if (micros < 1000) {
      return threeDigits(micros) + " µs";
    }
    return micros < 1e6 ? threeDigits(micros / 1e3) + " ms" : threeDigits(micros / 1e6) + " s";
  }

  /** A factor, such as {@code 2.70×}. */
  public static String factor(double factor) {
    return String.format(Locale.ROOT, "%.2f×", factor);
  }

  /** A whole number with its thousands apart, such as {@code 77,850}. */
  public static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A value with the decimals that three digits leave. */
  public static String threeDigits(double value) {
    double size = Math.abs(value);
    int decimals = size >= 100 || value == 0 ? 0 : size >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
