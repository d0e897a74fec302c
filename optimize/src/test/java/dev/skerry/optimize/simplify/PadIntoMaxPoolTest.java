package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class PadIntoMaxPoolTest {
  @Test
  void apply_zerosUnderRelu_becomePadding() {
    rule(new PadIntoMaxPool()).firesOn(sketch("Relu").output("y"), "Relu", "MaxPool");
  }

  @Test
  void apply_zerosOverNegatives_doesNotFire() {
    rule(new PadIntoMaxPool())
        .doesNotFireOn(sketch("Neg").output("y"), "zero may exceed every real element");
  }

  private static ModelSketch sketch(String before) {
    return ModelSketch.opset(13)
        .input("x", "N", 2, 4, 4)
        .node(before, "x", "r")
        .longs("p", 0, 0, 1, 1, 0, 0, 1, 1)
        .node("Pad", "r p", "a")
        .node("MaxPool", "a", "y")
        .ints("kernel_shape", 3, 3);
  }
}
