package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class SubToAddTest {
  @Test
  void apply_constant_isNegated() {
    rule(new SubToAdd())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .weights("c", 3)
                .node("Sub", "x c", "y")
                .output("y"),
            "Add");
  }

  @Test
  void apply_constantMinusValue_doesNotFire() {
    rule(new SubToAdd())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .weights("c", 3)
                .node("Sub", "c x", "y")
                .output("y"),
            "the value is subtracted");
  }
}
