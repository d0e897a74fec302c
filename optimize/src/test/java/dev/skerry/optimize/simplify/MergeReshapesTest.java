package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class MergeReshapesTest {
  @Test
  void apply_chain_becomesOne() {
    rule(new MergeReshapes())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 3)
                .node("Flatten", "x", "a")
                .longs("axes", 1)
                .node("Unsqueeze", "a axes", "b")
                .longs("form", 0, 3, 2)
                .node("Reshape", "b form", "y")
                .output("y"),
            "Reshape");
  }

  @Test
  void apply_otherBetween_doesNotFire() {
    rule(new MergeReshapes())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 3)
                .node("Flatten", "x", "a")
                .node("Relu", "a", "b")
                .node("Flatten", "b", "y")
                .output("y"),
            "a Relu stands between");
  }
}
