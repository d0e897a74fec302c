package dev.skerry.agent.serve;

import java.nio.charset.StandardCharsets;

/**
 * A number as it is written (RFC 8259 section 6), and its value without a string in between.
 *
 * <p>The value is {@code mantissa * 10^exponent}. A double holds mantissas below 2^53 and powers up
 * to 10^22 exactly, so one multiplication or division then rounds as it should (Clinger, "How to
 * read floating point numbers accurately", 1990). For a float a double that is off by a few of its
 * last bits does as well, unless it lies next to the middle between two floats. Whatever falls out
 * of this goes the JDK's way.
 */
final class NumberScan {
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** As many digits as a long always holds. */
  private static final int DIGITS = 18;

  private static final int EXPONENT_LIMIT = 100_000;
  private static final long EXACT = 1L << 53;

  /** The 29 bits of a double that a float lacks, and how near their middle is too near. */
  private static final long LOST_BITS = (1L << 29) - 1;

  private static final long LOST_MIDDLE = 1L << 28;
  private static final long TOO_NEAR = 8;
  private static final double LEAST_NORMAL_FLOAT = 0x1p-126;

  private byte[] text = new byte[0];
  private int from;
  private int to;
  private boolean negative;
  private boolean integral;
  private long mantissa;
  private int exponent;

  /** Digits after leading zeros; beyond {@link #DIGITS} the mantissa does not hold them all. */
  private int digits;

  /**
   * Scans the number at {@code start}.
   *
   * @return where it ends, or {@code -1 - position} of a byte that should be a digit
   */
  int scan(byte[] bytes, int start, int end) {
    text = bytes;
    from = start;
    mantissa = 0;
    exponent = 0;
    digits = 0;
    integral = true;
    int at = start;
    negative = at < end && bytes[at] == '-';
    at += negative ? 1 : 0;
    int whole = at;
    at = digits(at, end);
    if (at == whole || (bytes[whole] == '0' && at > whole + 1)) {
      return -1 - (at == whole ? at : whole + 1);
    }
    if (at < end && bytes[at] == '.') {
      integral = false;
      int fraction = at + 1;
      at = digits(fraction, end);
      if (at == fraction) {
        return -1 - at;
      }
      exponent -= at - fraction;
    }
    if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
      integral = false;
      at = power(at + 1, end);
    }
    to = at;
    return at;
  }

  private int digits(int start, int end) {
    int at = start;
    long value = mantissa;
    int count = digits;
    while (at < end) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (count < DIGITS) {
        value = value * 10 + digit;
      }
      count += count > 0 || digit > 0 ? 1 : 0;
      at++;
    }
    mantissa = value;
    digits = count;
    return at;
  }

  private int power(int start, int end) {
    int at = start;
    boolean down = at < end && text[at] == '-';
    at += at < end && (text[at] == '-' || text[at] == '+') ? 1 : 0;
    int first = at;
    int value = 0;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      value = Math.min(EXPONENT_LIMIT, value * 10 + text[at] - '0');
      at++;
    }
    exponent += down ? -value : value;
    return at == first ? -1 - at : at;
  }

  /** Whether it is written without fraction and exponent. */
  boolean isIntegral() {
    return integral;
  }

  /** The nearest double; infinite when it is too large. */
  double toDouble() {
    if (digits <= DIGITS && mantissa < EXACT && Math.abs(exponent) < POWERS.length) {
      return signed(scaled());
    }
    return Double.parseDouble(literal());
  }

  /** The nearest float; infinite when it is too large. */
  float toFloat() {
    if (digits <= DIGITS && Math.abs(exponent) < POWERS.length) {
      double near = scaled();
      long lost = Double.doubleToRawLongBits(near) & LOST_BITS;
      boolean sure =
          near == 0 || (near >= LEAST_NORMAL_FLOAT && Math.abs(lost - LOST_MIDDLE) > TOO_NEAR);
      if (sure) {
        return (float) signed(near);
      }
    }
    return Float.parseFloat(literal());
  }

  private double scaled() {
    return exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
  }

  private double signed(double value) {
    return negative ? -value : value;
  }

  /** Whether the integer lies from {@code low} to {@code high}; then {@link #toLong} gives it. */
  boolean isWithin(long low, long high) {
    if (!integral || digits > DIGITS + 1) {
      return false;
    }
    try {
      long value = toLong();
      return value >= low && value <= high;
    } catch (NumberFormatException e) {
      return false; // 19 digits above the largest long
    }
  }

  /** Whether the integer lies from 0 to 2^64 - 1; then {@link #toUnsigned} gives its bits. */
  boolean isUnsigned() {
    if (!integral || digits > DIGITS + 2 || (negative && mantissa > 0)) {
      return false;
    }
    try {
      toUnsigned();
      return true;
    } catch (NumberFormatException e) {
      return false; // 20 digits above the largest
    }
  }

  long toLong() {
    return digits <= DIGITS ? (negative ? -mantissa : mantissa) : Long.parseLong(literal());
  }

  long toUnsigned() {
    return digits <= DIGITS ? mantissa : Long.parseUnsignedLong(literal());
  }

  /** The number as it is written. */
  String literal() {
    return new String(text, from, to - from, StandardCharsets.US_ASCII);
  }
}
