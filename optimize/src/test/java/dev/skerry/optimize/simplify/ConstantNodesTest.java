package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class ConstantNodesTest {
  @Test
  void apply_constantNode_becomesInitializer() {
    rule(new ConstantNodes())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .node("Constant", "", "c")
                .with("value_float", 2f)
                .node("Mul", "x c", "y")
                .output("y"),
            "Mul");
  }

  @Test
  void apply_output_doesNotFire() {
    rule(new ConstantNodes())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 1)
                .node("Constant", "", "c")
                .with("value_float", 2f)
                .output("c"),
            "the constant is an output");
  }
}
