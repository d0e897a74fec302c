package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class PadIntoAveragePoolTest {
  @Test
  void apply_zeros_becomeCountedPadding() {
    rule(new PadIntoAveragePool()).firesOn(sketch(0).output("y"), "AveragePool");
  }

  @Test
  void apply_uncountedPadding_doesNotFire() {
    rule(new PadIntoAveragePool())
        .doesNotFireOn(sketch(1).output("y"), "the pool has padding that it does not count");
  }

  private static ModelSketch sketch(long own) {
    return ModelSketch.opset(13)
        .input("x", "N", 2, 4, 4)
        .longs("p", 0, 0, 1, 1, 0, 0, 1, 1)
        .node("Pad", "x p", "a")
        .node("AveragePool", "a", "y")
        .ints("kernel_shape", 3, 3)
        .ints("pads", own, own, own, own);
  }
}
