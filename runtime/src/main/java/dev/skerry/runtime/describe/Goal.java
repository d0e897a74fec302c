package dev.skerry.runtime.describe;

import java.util.List;

/**
 * What an optimized model is for and may lose ({@code [goal]}).
 *
 * @param maxDropPp percentage points of the metric that may be lost
 * @param targets hardware classes to make variants for; empty leaves the choice to the command
 */
public record Goal(Metric metric, double maxDropPp, List<String> targets) {
  /** Used when the file does not say: agree with the original on 99 of 100 samples. */
  public static final Goal STANDARD = new Goal(new Metric.Agreement(), 1.0, List.of());

  public Goal {
    targets = List.copyOf(targets);
  }

  public Goal withMetric(Metric changed) {
    return new Goal(changed, maxDropPp, targets);
  }

  public Goal withMaxDropPp(double changed) {
    return new Goal(metric, changed, targets);
  }

  public Goal withTargets(List<String> changed) {
    return new Goal(metric, maxDropPp, changed);
  }
}
