package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class RemoveZeroPadTest {
  @Test
  void apply_zeros_isRemoved() {
    rule(new RemoveZeroPad())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .longs("p", 0, 0, 0, 0)
                .node("Pad", "x p", "a")
                .node("Relu", "a", "y")
                .output("y"),
            "Relu");
    rule(new RemoveZeroPad())
        .firesOn(
            ModelSketch.opset(9)
                .input("x", "N", 2)
                .node("Pad", "x", "a")
                .ints("pads", 0, 0, 0, 0)
                .node("Relu", "a", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_amounts_doesNotFire() {
    rule(new RemoveZeroPad())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .longs("p", 0, 1, 0, 0)
                .node("Pad", "x p", "y")
                .output("y"),
            "something is added");
  }
}
