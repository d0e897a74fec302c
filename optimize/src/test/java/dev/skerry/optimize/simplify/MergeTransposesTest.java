package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class MergeTransposesTest {
  @Test
  void apply_inverse_cancel() {
    rule(new MergeTransposes())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 3)
                .node("Transpose", "x", "a")
                .ints("perm", 0, 2, 1)
                .node("Transpose", "a", "b")
                .ints("perm", 0, 2, 1)
                .node("Relu", "b", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_two_compose() {
    rule(new MergeTransposes())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", 2, 3, 4)
                .node("Transpose", "x", "a")
                .ints("perm", 1, 2, 0)
                .node("Transpose", "a", "y")
                .output("y"),
            "Transpose");
  }

  @Test
  void apply_single_doesNotFire() {
    rule(new MergeTransposes())
        .doesNotFireOn(
            ModelSketch.opset(13).input("x", 2, 3).node("Transpose", "x", "y").output("y"),
            "there is only one, and it moves axes");
  }
}
