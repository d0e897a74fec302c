package dev.skerry.optimize.quantize;

import dev.skerry.optimize.observe.Histogram;
import java.util.function.ToDoubleFunction;

/** A way to decide from a distribution which real values an activation's grid should express. */
public enum RangeMethod {
  /** All that was seen; nothing is clipped. */
  MINMAX {
    @Override
    public Range range(Histogram histogram, IntegerType type) {
      return observed(histogram);
    }
  },
  /** All but the outermost 1 in 100,000 elements. */
  PERCENTILE {
    @Override
    public Range range(Histogram histogram, IntegerType type) {
      double cut = 1e-5 * histogram.elements();
      Range all = observed(histogram);
      int last = Histogram.BINS - 1;
      double most = all.max() > 0 ? edge(histogram, cut, last, -1, all.max()) : 0;
      double least = all.min() < 0 ? edge(histogram, cut, 0, 1, all.min()) : 0;
      return Range.holding(Math.max(least, all.min()), Math.min(most, all.max()));
    }
  },
  /** The shrunken range with the least mean squared error of rounding and clipping. */
  MSE {
    @Override
    public Range range(Histogram histogram, IntegerType type) {
      return best(histogram, range -> squaredError(histogram, Scale.covering(range, type)));
    }
  },
  /**
   * The shrunken range whose quantized distribution is nearest to the one seen by Kullback-Leibler
   * divergence (Migacz, 8-bit inference with TensorRT, GTC 2017).
   */
  ENTROPY {
    @Override
    public Range range(Histogram histogram, IntegerType type) {
      int levels = type.highest() - type.lowest() + 1;
      return best(histogram, range -> Divergence.of(histogram, range, levels));
    }
  };

  /** Shrinking below this share of the observed range never paid on any model measured. */
  private static final int SMALLEST_PERCENT = 20;

  public abstract Range range(Histogram histogram, IntegerType type);

  static Range observed(Histogram histogram) {
    return Range.holding(histogram.min(), histogram.max());
  }

  /** Sum over all elements of the squared difference between a value and its quantized form. */
  public static double squaredError(Histogram histogram, Scale scale) {
    Range range = scale.range();
    double rounding = (double) scale.step() * scale.step() / 12;
    double sum = 0;
    for (int bin = 0; bin < Histogram.BINS; bin++) {
      long count = histogram.count(bin);
      if (count > 0) {
        double value = histogram.center(bin);
        double clipped = value - Math.clamp(value, range.min(), range.max());
        sum += count * (clipped == 0 ? rounding : clipped * clipped);
      }
    }
    return sum;
  }

  private static Range best(Histogram histogram, ToDoubleFunction<Range> cost) {
    Range all = observed(histogram);
    Range best = all;
    double least = cost.applyAsDouble(all);
    for (int percent = 99; percent >= SMALLEST_PERCENT; percent--) {
      Range candidate = all.scaled(percent / 100.0);
      double error = cost.applyAsDouble(candidate);
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return best;
  }

  private static double edge(
      Histogram histogram, double cut, int start, int step, double whenEmpty) {
    double seen = 0;
    for (int bin = start; bin >= 0 && bin < Histogram.BINS; bin += step) {
      seen += histogram.count(bin);
      if (seen > cut) {
        return histogram.center(bin) - step * histogram.binWidth() / 2;
      }
    }
    return whenEmpty;
  }
}
