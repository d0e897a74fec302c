package dev.skerry.fleet.page;

import java.util.function.DoubleFunction;

/**
 * A measured figure against its limit, with the interval that it lies in with the asked confidence.
 *
 * @param value measured; not a number when nothing was measured
 * @param low lower bound of the interval
 * @param high upper bound of the interval; may be infinite
 * @param limit that the figure is held to
 * @param most whether the limit is the largest allowed value; the smallest otherwise
 * @param words how a figure is written
 */
record Bullet(
    double value,
    double low,
    double high,
    double limit,
    boolean most,
    DoubleFunction<String> words) {
  /** How far beyond limit and figures the axis reaches. */
  private static final double HEADROOM = 1.15;

  boolean isMeasured() {
    return Double.isFinite(value);
  }

  /** Whether the interval reaches beyond the axis. */
  boolean isOpen() {
    return isMeasured() && !(high <= axisEnd());
  }

  private double axisEnd() {
    double shown = Math.max(limit * 1.6, isMeasured() ? value * HEADROOM : 0);
    double wide = Math.max(shown, Double.isFinite(high) ? high * HEADROOM : 0);
    // An interval of few samples may be enormous: it must not squeeze limit and figure to a line.
    double end = Math.min(wide, 4 * shown);
    return end > 0 ? end : 1;
  }

  private String at(double figure) {
    return Strip.percent(Math.clamp(100 * figure / axisEnd(), 0, 100));
  }

  String valueAt() {
    return at(value);
  }

  String lowAt() {
    return at(low);
  }

  String intervalWidth() {
    return Strip.percent(100 * (Math.min(high, axisEnd()) - Math.max(0, low)) / axisEnd());
  }

  String limitAt() {
    return at(limit);
  }

  /** Where the allowed zone begins. */
  String allowedAt() {
    return most ? at(0) : at(limit);
  }

  String allowedWidth() {
    return most ? at(limit) : at(axisEnd() - limit);
  }

  /** Where the limit's label is anchored, so that it stays within the plot. */
  String limitAnchor() {
    double share = limit / axisEnd();
    return share < 0.2 ? "start" : share > 0.8 ? "end" : "middle";
  }

  String limitWords() {
    return (limit == 0 ? "none allowed" : (most ? "at most " : "at least ") + words.apply(limit));
  }

  String valueWords() {
    return isMeasured() ? words.apply(value) : Words.NOTHING;
  }

  /** The interval, such as {@code 0.8 % to 2.4 %}. */
  String intervalWords() {
    if (!isMeasured() || low == high) {
      return "";
    }
    return Double.isFinite(high)
        ? words.apply(low) + " to " + words.apply(high)
        : "at least " + words.apply(low);
  }

  String spoken() {
    return isMeasured()
        ? "measured %s, between %s, %s".formatted(valueWords(), intervalWords(), limitWords())
        : "not measured yet, " + limitWords();
  }
}
