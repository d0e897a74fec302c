package dev.skerry.runtime;

import java.util.Arrays;
import java.util.List;

/**
 * What {@link PairedLatency} found: for each round, the median time of each candidate.
 *
 * @param rounds nanoseconds per query, [rounds][candidates]
 */
public record Comparison(List<double[]> rounds) {
  /** Half the width of a 95 % interval of the normal distribution, in standard deviations. */
  private static final double Z_95 = 1.96;

  public Comparison {
    rounds = rounds.stream().map(double[]::clone).toList();
  }

  /**
   * How the times of two candidates relate.
   *
   * @param median of the rounds' ratios; below 1 the first is faster
   * @param low lower end of the 95 % confidence interval of that median, from order statistics
   * @param high its upper end
   */
  public record Ratio(double median, double low, double high) {
    /** Whether the first is faster, beyond what noise explains. */
    public boolean isFaster() {
      return high < 1;
    }

    public boolean isSlower() {
      return low > 1;
    }
  }

  /** The median over all rounds of a candidate's time per query. */
  public double medianNanos(int candidate) {
    return PairedLatency.median(rounds.stream().mapToDouble(round -> round[candidate]).toArray());
  }

  /** The time of {@code candidate} over that of {@code base}, taken round by round. */
  public Ratio ratio(int candidate, int base) {
    double[] ratios = rounds.stream().mapToDouble(r -> r[candidate] / r[base]).sorted().toArray();
    int halfWidth = (int) Math.ceil(Z_95 * Math.sqrt(ratios.length) / 2);
    int middle = (ratios.length - 1) / 2;
    return new Ratio(
        PairedLatency.median(ratios),
        ratios[Math.max(0, middle - halfWidth)],
        ratios[Math.min(ratios.length - 1, ratios.length / 2 + halfWidth)]);
  }

  @Override
  public String toString() {
    return rounds.size() + " rounds, last " + Arrays.toString(rounds.getLast());
  }
}
