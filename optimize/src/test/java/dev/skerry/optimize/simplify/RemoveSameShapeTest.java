package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class RemoveSameShapeTest {
  @Test
  void apply_sameShape_isRemoved() {
    rule(new RemoveSameShape())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 6)
                .node("Flatten", "x", "a")
                .node("Relu", "a", "y")
                .output("y"),
            "Relu");
    rule(new RemoveSameShape())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", 2, 6)
                .longs("s", 1, 6)
                .node("Expand", "x s", "a")
                .node("Relu", "a", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_otherShape_doesNotFire() {
    rule(new RemoveSameShape())
        .doesNotFireOn(
            ModelSketch.opset(13).input("x", "N", 2, 3).node("Flatten", "x", "y").output("y"),
            "the rank changes");
  }
}
