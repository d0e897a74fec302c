package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class JoinTransposesTest {
  @Test
  void apply_equalTransposes_joinBehind() {
    rule(new JoinTransposes())
        .firesOn(sketch(0).node("Add", "a b", "y").output("y"), "Add", "Transpose");
    rule(new JoinTransposes())
        .firesOn(
            sketch(0).node("Concat", "a b", "y").with("axis", -1).output("y"),
            "Concat",
            "Transpose");
  }

  @Test
  void apply_differentTransposes_doesNotFire() {
    rule(new JoinTransposes())
        .doesNotFireOn(
            sketch(1).node("Concat", "a b", "y").with("axis", 0).output("y"),
            "permutations differ");
  }

  private static ModelSketch sketch(int different) {
    return ModelSketch.opset(13)
        .input("p", 3, 3, 3)
        .input("q", 3, 3, 3)
        .node("Transpose", "p", "a")
        .ints("perm", 0, 2, 1)
        .node("Transpose", "q", "b")
        .ints("perm", different == 0 ? new long[] {0, 2, 1} : new long[] {1, 0, 2});
  }
}
