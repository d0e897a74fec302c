package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class RemoveUnboundedClipTest {
  @Test
  void apply_noBounds_isRemoved() {
    rule(new RemoveUnboundedClip())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Clip", "x", "a")
                .node("Exp", "a", "y")
                .output("y"),
            "Exp");
  }

  @Test
  void apply_bound_doesNotFire() {
    rule(new RemoveUnboundedClip())
        .doesNotFireOn(
            ModelSketch.opset(10).input("x", 2).node("Clip", "x", "y").with("max", 6f).output("y"),
            "there is a maximum");
  }
}
