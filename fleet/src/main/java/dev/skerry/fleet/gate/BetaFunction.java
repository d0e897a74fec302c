package dev.skerry.fleet.gate;

/** The beta function and its regularized incomplete form, in logarithms. */
final class BetaFunction {
  private static final double TINY = 1e-300;
  private static final double PRECISION = 1e-14;
  private static final int MOST_STEPS = 100_000;

  /** Stirling's series is exact to 1e-15 from here on. */
  private static final double STIRLING_FROM = 15;

  private BetaFunction() {}

  /** ln Γ(x) for x > 0, by Stirling's series (DLMF 5.11.1) after Γ(x + 1) = x Γ(x). */
  static double logGamma(double x) {
    double shift = 0;
    double y = x;
    while (y < STIRLING_FROM) {
      shift += Math.log(y);
      y++;
    }
    double inverse = 1 / (y * y);
    double series =
        (1 / 12.0
                - inverse
                    * (1 / 360.0
                        - inverse * (1 / 1260.0 - inverse * (1 / 1680.0 - inverse / 1188.0))))
            / y;
    return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
  }

  /** ln B(a, b). */
  static double logBeta(double a, double b) {
    return logGamma(a) + logGamma(b) - logGamma(a + b);
  }

  /**
   * ln(1 - I_x(a, b)): the logarithm of the probability that a Beta(a, b) variable is above x; it
   * does not lose precision when the probability is small.
   */
  static double logUpper(double x, double a, double b) {
    if (x <= 0) {
      return 0;
    }
    if (x >= 1) {
      return Double.NEGATIVE_INFINITY;
    }
    if (x > (a + 1) / (a + b + 2)) {
      return logFront(1 - x, b, a) + Math.log(fraction(1 - x, b, a));
    }
    double lower = Math.exp(logFront(x, a, b) + Math.log(fraction(x, a, b)));
    return Math.log1p(-Math.min(lower, 1 - 1e-16));
  }

  /** ln(x^a (1-x)^b / (a B(a, b))). */
  private static double logFront(double x, double a, double b) {
    return a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b) - Math.log(a);
  }

  /** The continued fraction of DLMF 8.17.22 by Lentz's method; converges fast for x < a/(a+b). */
  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = away(1 - (a + b) * x / (a + 1));
    d = 1 / d;
    double result = d;
    for (int m = 1; m < MOST_STEPS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / away(1 + even * d);
      c = away(1 + even / c);
      result *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / away(1 + odd * d);
      c = away(1 + odd / c);
      double change = d * c;
      result *= change;
      if (Math.abs(change - 1) < PRECISION) {
        break;
      }
    }
    return result;
  }

  private static double away(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }
}
