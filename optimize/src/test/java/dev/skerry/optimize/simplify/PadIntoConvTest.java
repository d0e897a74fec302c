package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class PadIntoConvTest {
  @Test
  void apply_zeros_becomePadding() {
    rule(new PadIntoConv()).firesOn(sketch("constant").output("y"), "Conv");
  }

  @Test
  void apply_reflection_doesNotFire() {
    rule(new PadIntoConv()).doesNotFireOn(sketch("reflect").output("y"), "it does not add zeros");
  }

  private static ModelSketch sketch(String mode) {
    return ModelSketch.opset(13)
        .input("x", "N", 2, 4, 4)
        .longs("p", 0, 0, 1, 0, 0, 0, 2, 1)
        .node("Pad", "x p", "a")
        .with("mode", mode)
        .weights("w", 3, 2, 3, 3)
        .node("Conv", "a w", "y")
        .ints("pads", 0, 1, 0, 1);
  }
}
