package dev.skerry.optimize.quantize;

import dev.skerry.optimize.observe.Histogram;
import dev.skerry.optimize.observe.Observations;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The activation grids of one model for one integer type, chosen from what was observed. */
public final class Calibration {
  private final Observations observations;
  private final IntegerType type;
  private final Map<String, Choice> choices = new HashMap<>();
  private final boolean onlyMinMax;

  /** How one value's range was found, and what each method would have cost. */
  public record Choice(RangeMethod method, Range range, Map<RangeMethod, Double> errors) {
    public Choice {
      errors = Collections.unmodifiableMap(new EnumMap<>(errors));
    }
  }

  private Calibration(Observations observations, IntegerType type, boolean onlyMinMax) {
    this.observations = observations;
    this.type = type;
    this.onlyMinMax = onlyMinMax;
  }

  /** Chooses per tensor the method with the least squared error on what was observed. */
  public static Calibration perTensor(Observations observations, IntegerType type) {
    return new Calibration(observations, type, false);
  }

  /** Takes everything that was observed into each range. */
  public static Calibration minMax(Observations observations, IntegerType type) {
    return new Calibration(observations, type, true);
  }

  public IntegerType type() {
    return type;
  }

  /** The grid of {@code value}; with a {@code limit} above which an activation clips anyway. */
  Scale scale(String value, double limit) {
    Range range = choice(value).range();
    return Scale.covering(new Range(range.min(), Math.min(range.max(), limit)), type);
  }

  public Choice choice(String value) {
    return choices.computeIfAbsent(value, this::choose);
  }

  private Choice choose(String value) {
    Histogram histogram = observations.histogram(value);
    Map<RangeMethod, Double> errors = new EnumMap<>(RangeMethod.class);
    RangeMethod best = RangeMethod.MINMAX;
    Range range = best.range(histogram, type);
    errors.put(best, RangeMethod.squaredError(histogram, Scale.covering(range, type)));
    if (!onlyMinMax) {
      for (RangeMethod method : RangeMethod.values()) {
        Range candidate = method.range(histogram, type);
        double error = RangeMethod.squaredError(histogram, Scale.covering(candidate, type));
        errors.put(method, error);
        if (error < errors.get(best)) {
          best = method;
          range = candidate;
        }
      }
    }
    return new Choice(best, range, errors);
  }
}
