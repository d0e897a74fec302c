package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class CancelUnsqueezeSqueezeTest {
  @Test
  void apply_sameAxes_cancel() {
    rule(new CancelUnsqueezeSqueeze())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .longs("a", 1)
                .node("Unsqueeze", "x a", "b")
                .node("Squeeze", "b a", "c")
                .node("Relu", "c", "y")
                .output("y"),
            "Relu");
    rule(new CancelUnsqueezeSqueeze())
        .firesOn(
            ModelSketch.opset(11)
                .input("x", "N", 1, 2)
                .node("Squeeze", "x", "b")
                .ints("axes", 1)
                .node("Unsqueeze", "b", "c")
                .ints("axes", 1)
                .node("Relu", "c", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_otherAxes_doesNotFire() {
    rule(new CancelUnsqueezeSqueeze())
        .doesNotFireOn(
            ModelSketch.opset(11)
                .input("x", "N", 1, 2)
                .node("Squeeze", "x", "b")
                .ints("axes", 1)
                .node("Unsqueeze", "b", "y")
                .ints("axes", 2)
                .output("y"),
            "the axes differ");
  }
}
