package dev.skerry.agent.serve;

/**
 * Numbers as JSON text that reads back as the same number, written without a string in between.
 *
 * <p>A float is written with the fewest of six to nine digits that give it back; nine always do
 * (IEEE 754-2019 section 5.12.2). NaN and infinities, for which JSON has no number, are written as
 * Python's {@code json} and Triton do.
 */
final class NumberText {
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14
  };

  /** From here up and below there, numbers are written without exponent. */
  private static final double LEAST_PLAIN = 1e-5;

  private static final double MOST_PLAIN = 1e8;
  private static final int FEWEST_DIGITS = 6;
  private static final int MOST_DIGITS = 9;

  /** Room for the longest plain float: sign, nine digits before or after the point, zeros. */
  private static final int PLAIN_BYTES = 24;

  private NumberText() {}

  static void write(float value, ByteSink out) {
    double size = Math.abs((double) value);
    if (size == 0) {
      out.ascii(1 / value < 0 ? "-0.0" : "0.0");
    } else if (size >= LEAST_PLAIN && size < MOST_PLAIN) {
      if (value < 0) {
        out.put('-');
      }
      plain((float) size, size, out);
    } else {
      out.ascii(Float.toString(value)); // the names of NaN and infinities are the same
    }
  }

  static void write(double value, ByteSink out) {
    out.ascii(Double.toString(value));
  }

  static void write(long value, ByteSink out) {
    out.ascii(Long.toString(value));
  }

  private static void plain(float value, double size, ByteSink out) {
    int magnitude = magnitude(size);
    for (int digits = FEWEST_DIGITS; digits < MOST_DIGITS; digits++) {
      int decimals = Math.max(0, digits - 1 - magnitude);
      double scaled = Math.rint(size * POWERS[decimals]);
      if ((float) (scaled / POWERS[decimals]) == value) {
        fixed((long) scaled, decimals, out);
        return;
      }
    }
    int decimals = Math.max(0, MOST_DIGITS - 1 - magnitude);
    fixed((long) Math.rint(size * POWERS[decimals]), decimals, out);
  }

  /** The power of ten of the first digit; {@code size} is not tiny and not huge. */
  private static int magnitude(double size) {
    if (size >= 1) {
      int power = 0;
      while (size >= POWERS[power + 1]) {
        power++;
      }
      return power;
    }
    int power = -1;
    while (size * POWERS[-power] < 1) {
      power--;
    }
    return power;
  }

  /** {@code scaled / 10^decimals}, with at least one decimal and no zeros at the end. */
  private static void fixed(long scaled, int decimals, ByteSink out) {
    long rest = scaled;
    int left = decimals;
    while (left > 1 && rest % 10 == 0) {
      rest /= 10;
      left--;
    }
    if (left == 0) {
      rest *= 10;
      left = 1;
    }
    out.reserve(PLAIN_BYTES);
    int whole = digitsOf(rest);
    int length = Math.max(whole, left + 1) + 1;
    int start = out.size();
    byte[] bytes = out.array();
    for (int i = length - 1; i >= 0; i--) {
      if (i == length - 1 - left) {
        bytes[start + i] = '.';
      } else {
        bytes[start + i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
    out.advance(start + length);
  }

  private static int digitsOf(long value) {
    int digits = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }
}
