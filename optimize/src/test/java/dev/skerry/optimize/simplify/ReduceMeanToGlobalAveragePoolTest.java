package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class ReduceMeanToGlobalAveragePoolTest {
  @Test
  void apply_overSpace_becomesPool() {
    rule(new ReduceMeanToGlobalAveragePool())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 4, 4)
                .node("ReduceMean", "x", "y")
                .ints("axes", -1, 2)
                .output("y"),
            "GlobalAveragePool");
    rule(new ReduceMeanToGlobalAveragePool())
        .firesOn(
            ModelSketch.opset(18)
                .input("x", "N", 2, 4, 4)
                .longs("a", 2, 3)
                .node("ReduceMean", "x a", "y")
                .with("keepdims", 0)
                .output("y"),
            "GlobalAveragePool",
            "Flatten");
  }

  @Test
  void apply_otherAxes_doesNotFire() {
    rule(new ReduceMeanToGlobalAveragePool())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 4, 4)
                .node("ReduceMean", "x", "y")
                .ints("axes", 1, 2)
                .output("y"),
            "channels are averaged too");
  }
}
