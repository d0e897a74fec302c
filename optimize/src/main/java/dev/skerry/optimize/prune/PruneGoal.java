package dev.skerry.optimize.prune;

/** What pruning makes less of. */
public enum PruneGoal {
  /** Parameters. */
  SIZE,
  /** Multiply-adds. */
  LATENCY,
  /** Both: the mean of the share of parameters and that of multiply-adds. */
  BOTH
}
