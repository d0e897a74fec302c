package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class RemoveSameTypeCastTest {
  @Test
  void apply_sameType_isRemoved() {
    rule(new RemoveSameTypeCast())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Cast", "x", "a")
                .with("to", 1)
                .node("Relu", "a", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_otherType_doesNotFire() {
    rule(new RemoveSameTypeCast())
        .doesNotFireOn(
            ModelSketch.opset(13).input("x", 2).node("Cast", "x", "y").with("to", 7).output("y"),
            "FLOAT becomes INT64");
  }
}
