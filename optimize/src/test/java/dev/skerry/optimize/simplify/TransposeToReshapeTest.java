package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class TransposeToReshapeTest {
  @Test
  void apply_axesOfOne_becomesReshape() {
    rule(new TransposeToReshape())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 4, 3, 1)
                .node("Transpose", "x", "y")
                .ints("perm", 0, 3, 1, 2)
                .output("y"),
            "Reshape");
  }

  @Test
  void apply_realMove_doesNotFire() {
    rule(new TransposeToReshape())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 4, 3, 2)
                .node("Transpose", "x", "y")
                .ints("perm", 0, 3, 1, 2)
                .output("y"),
            "an axis of 2 moves");
    rule(new TransposeToReshape())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 4, 1)
                .node("Transpose", "x", "y")
                .ints("perm", 1, 0, 2)
                .output("y"),
            "the free batch moves");
  }
}
