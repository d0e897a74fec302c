package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import org.junit.jupiter.api.Test;

/** Random models through the whole list of rules, against themselves. */
class RandomModelsTest {
  /** Relative to the largest output: folded weights through at most two dozen layers. */
  private static final double TOLERANCE = 1e-4;

  private static final int SEEDS = 300;

  @Test
  void simplify_randomModels_agree() {
    int before = 0;
    int after = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      PassReport report = simplified(seed);
      before += report.nodesBefore();
      after += report.nodesAfter();
    }
    assertThat(after).as("nodes left of %d", before).isLessThan(before * 3 / 4);
  }

  private static PassReport simplified(long seed) {
    Model model = RandomModels.of(seed).model();
    SimplifyOptions options =
        SimplifyOptions.standard().withBeforeQuantizing(seed % 2 == 0).withMaxRounds(20);
    try {
      Simplified simplified = Simplifier.simplify(model, options);
      assertThat(simplified.report().notes()).isEmpty();
      assertThat(simplified.model().graph().inputs()).isEqualTo(model.graph().inputs());
      assertThat(simplified.model().graph().outputs()).isEqualTo(model.graph().outputs());
      Agreement.require(model, simplified.model(), TOLERANCE, seed);
      return simplified.report();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }
}
