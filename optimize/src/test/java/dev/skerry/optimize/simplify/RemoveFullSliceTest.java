package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class RemoveFullSliceTest {
  @Test
  void apply_everything_isRemoved() {
    rule(new RemoveFullSlice()).firesOn(slice(0, 9, 1), "Relu");
    rule(new RemoveFullSlice()).firesOn(slice(0, Long.MAX_VALUE, 0), "Relu");
  }

  @Test
  void apply_part_doesNotFire() {
    rule(new RemoveFullSlice()).doesNotFireOn(slice(1, 9, 1), "it begins at 1");
    rule(new RemoveFullSlice()).doesNotFireOn(slice(0, 5, 1), "it ends before the end");
    rule(new RemoveFullSlice()).doesNotFireOn(slice(0, 100, 0), "the batch may be above 100");
  }

  private static ModelSketch slice(long start, long end, long axis) {
    return ModelSketch.opset(13)
        .input("x", "N", 6)
        .longs("s", start)
        .longs("e", end)
        .longs("a", axis)
        .node("Slice", "x s e a", "b")
        .node("Relu", "b", "y")
        .output("y");
  }
}
