package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class MergeCommonSubexpressionsTest {
  @Test
  void apply_sameComputation_runsOnce() {
    rule(new MergeCommonSubexpressions())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Relu", "x", "a")
                .node("Relu", "x", "b")
                .node("Exp", "a", "c")
                .node("Exp", "b", "d")
                .node("Add", "c d", "y")
                .output("y"),
            "Relu",
            "Exp",
            "Add");
  }

  @Test
  void apply_different_doesNotFire() {
    rule(new MergeCommonSubexpressions())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 2)
                .node("Relu", "x", "y")
                .node("Relu", "x", "z")
                .output("y", "z"),
            "both are outputs");
    rule(new MergeCommonSubexpressions())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 2)
                .node("LeakyRelu", "x", "a")
                .with("alpha", 0.1f)
                .node("LeakyRelu", "x", "b")
                .with("alpha", 0.2f)
                .node("Add", "a b", "y")
                .output("y"),
            "attributes differ");
  }
}
