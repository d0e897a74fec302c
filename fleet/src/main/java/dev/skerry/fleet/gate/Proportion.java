package dev.skerry.fleet.gate;

/**
 * How many of so many, and what that says of the unknown rate behind it, however often and whenever
 * one looks.
 *
 * <p>The test is Robbins' mixture: the likelihood of the data averaged over a Beta(1/2, 1/2) prior
 * on the rates above {@code p}, against the likelihood at {@code p}. Under any rate of at most
 * {@code p} this ratio is a supermartingale that begins at 1, so that by Ville's inequality it ever
 * reaches 1/α with a probability of at most α: at one look, at each look, or at a look chosen by
 * what was seen before. (H. Robbins, "Statistical methods related to the law of the iterated
 * logarithm", Annals of Mathematical Statistics 41, 1970; for bounded and binary data S. Howard, A.
 * Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence
 * sequences", Annals of Statistics 49, 2021, section on mixtures.)
 *
 * @param hits of {@code trials}
 */
public record Proportion(long hits, long trials) {
  private static final double PRIOR = 0.5;
  private static final int BISECTIONS = 60;

  public Proportion {
    if (hits < 0 || hits > trials) {
      throw new IllegalArgumentException("%d hits in %d trials".formatted(hits, trials));
    }
  }

  /** The measured rate, 0 without any trial. */
  public double rate() {
    return trials == 0 ? 0 : (double) hits / trials;
  }

  /** Whether the rate is shown to be above {@code limit}. */
  public boolean exceeds(double limit, double confidence) {
    return rate() > limit && logEvidence(limit) >= -Math.log1p(-confidence);
  }

  /** The greatest limit that the rate is shown to exceed; 0 when there is none. */
  public double atLeast(double confidence) {
    if (hits == 0) {
      return 0;
    }
    double low = 0;
    double high = rate();
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (exceeds(middle, confidence)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The smallest limit that the rate is shown to be below; 1 when there is none. */
  public double atMost(double confidence) {
    return 1 - new Proportion(trials - hits, trials).atLeast(confidence);
  }

  /** ln of the mixture likelihood ratio of rates above {@code limit} against {@code limit}. */
  private double logEvidence(double limit) {
    if (limit <= 0) {
      return hits > 0 ? Double.POSITIVE_INFINITY : 0;
    }
    double a = hits + PRIOR;
    double b = trials - hits + PRIOR;
    double mixture =
        BetaFunction.logBeta(a, b)
            + BetaFunction.logUpper(limit, a, b)
            - BetaFunction.logBeta(PRIOR, PRIOR)
            - BetaFunction.logUpper(limit, PRIOR, PRIOR);
    return mixture - hits * Math.log(limit) - (trials - hits) * Math.log1p(-limit);
  }
}
