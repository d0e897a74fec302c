package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class RemoveSingleConcatTest {
  @Test
  void apply_oneInput_isRemoved() {
    rule(new RemoveSingleConcat())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Concat", "x", "a")
                .with("axis", 1)
                .node("Relu", "a", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_twoInputs_doesNotFire() {
    rule(new RemoveSingleConcat())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Concat", "x x", "y")
                .with("axis", 1)
                .output("y"),
            "there are two");
  }
}
