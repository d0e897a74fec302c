package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class AveragePoolToGlobalTest {
  @Test
  void apply_wholePlane_becomesGlobal() {
    rule(new AveragePoolToGlobal()).firesOn(sketch(4).output("y"), "GlobalAveragePool");
  }

  @Test
  void apply_smallerWindow_doesNotFire() {
    rule(new AveragePoolToGlobal()).doesNotFireOn(sketch(3).output("y"), "the window is smaller");
  }

  private static ModelSketch sketch(long height) {
    return ModelSketch.opset(13)
        .input("x", "N", 2, 4, 5)
        .node("AveragePool", "x", "y")
        .ints("kernel_shape", height, 5);
  }
}
