package dev.skerry.cli.report;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.optimize.OptimizationReport.Goal;
import dev.skerry.optimize.OptimizationReport.Latency;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Figures as the report says them; what was not measured is a dash. */
final class Phrases {
  static final String NOT_MEASURED = "–";

  /** Where rounding of floats ends and equality begins, in decibels. */
  private static final double EXACT_DB = 199;

  private Phrases() {}

  /** A value of the goal's metric, such as {@code 87.42 %}. */
  static String value(Goal goal, @Nullable Double value) {
    return orDash(value, v -> goal.fraction() ? percent(v, 2) : decimals(v, 4));
  }

  /** A loss, such as {@code 0.10 pp lost}; of an error, by how much it grew. */
  static String drop(Goal goal, @Nullable Double dropPp) {
    return orDash(
        dropPp,
        pp -> {
          if (isNone(pp)) {
            return "no loss";
          }
          return points(goal, Math.abs(pp)) + (pp > 0 ? " lost" : " gained");
        });
  }

  /** Whether a loss is too small for the two decimals that the report shows. */
  static boolean isNone(double dropPp) {
    return Math.abs(dropPp) < 0.005;
  }

  /** A difference of the metric: percentage points of a share, percent of an error. */
  static String points(Goal goal, double pp) {
    return decimals(pp, 2) + (goal.fraction() ? " pp" : " %");
  }

  static String percent(double share, int digits) {
    return decimals(100 * share, digits) + " %";
  }

  static String percent(@Nullable Double share) {
    return orDash(share, s -> percent(s, 2));
  }

  static String p50(@Nullable Latency latency) {
    return orDash(latency, l -> micros(l.p50Micros()));
  }

  static String p99(@Nullable Latency latency) {
    return orDash(latency, l -> micros(l.p99Micros()));
  }

  /** A ratio of times as people say it, such as {@code 2.9× faster}. */
  static String speed(@Nullable Double ratio) {
    return orDash(ratio, r -> r <= 1 ? factor(1 / r) + " faster" : factor(r) + " slower");
  }

  /** How much smaller {@code after} is, such as {@code 3.6× smaller}. */
  static String size(long before, long after) {
    return after <= before
        ? factor((double) before / after) + " smaller"
        : factor((double) after / before) + " larger";
  }

  static String factor(double factor) {
    return decimals(factor, factor < 9.95 ? 1 : 0) + "×";
  }

  /** A time in whole or tenths of microseconds below ten milliseconds, then in milliseconds. */
  static String micros(double micros) {
    if (micros >= 10_000) {
      return grouped(micros / 1_000, 1) + " ms";
    }
    return grouped(micros, micros < 100 ? 1 : 0) + " µs";
  }

  static String decibels(double db) {
    return db >= EXACT_DB ? "exact" : decimals(db, 1) + " dB";
  }

  static String memory(@Nullable Long bytes) {
    return orDash(bytes, Figures::bytes);
  }

  static String grouped(double value, int digits) {
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  static String count(long count, String one, String many) {
    return grouped(count, 0) + " " + (count == 1 ? one : many);
  }

  static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** {@code value} put into words, or a dash when there is none. */
  static <T> String orDash(@Nullable T value, Function<T, String> words) {
    return value == null ? NOT_MEASURED : words.apply(value);
  }
}
