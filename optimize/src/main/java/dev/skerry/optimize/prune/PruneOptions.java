package dev.skerry.optimize.prune;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.List;

/**
 * How much to prune, and of what.
 *
 * @param ratio share of the goal's quantity that goes, above 0 and below 1
 * @param multiple kept channels of a layer are a multiple of this, where it has that many
 * @param floor share of each layer's channels that stays at least
 * @param repair whether the layers behind are repaired from observed activations
 * @param frozen constants whose names begin so stay whole
 */
public record PruneOptions(
    double ratio, PruneGoal goal, int multiple, double floor, boolean repair, List<String> frozen) {
  public PruneOptions {
    require(ratio > 0 && ratio < 1, "ratio", ratio, "above 0 and below 1");
    require(multiple >= 1, "multiple", multiple, "at least 1");
    require(floor >= 0 && floor <= 1, "floor", floor, "from 0 to 1");
    frozen = List.copyOf(frozen);
  }

  /** Repaired, channels in multiples of 8, at least a twentieth of each layer. */
  public static PruneOptions of(double ratio, PruneGoal goal) {
    return new PruneOptions(ratio, goal, 8, 0.05, true, List.of());
  }

  private static void require(boolean holds, String what, double value, String expected) {
    if (!holds) {
      throw new SkerryException(
          ErrorCode.USAGE, "the %s must be %s, not %s".formatted(what, expected, value));
    }
  }
}
