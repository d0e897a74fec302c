package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class AffineBeforeConvTest {
  @Test
  void apply_unpadded_merges() {
    rule(new AffineBeforeConv())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 4, 5, 5)
                .batchNorm("x", "a", 4)
                .weights("w", 6, 2, 3, 3)
                .weights("b", 6)
                .node("Conv", "a w b", "y")
                .with("group", 2)
                .output("y"),
            "Conv");
  }

  @Test
  void apply_paddedScale_merges() {
    rule(new AffineBeforeConv())
        .firesOn(
            padded()
                .weights("s", 2, 1, 1)
                .node("Mul", "x s", "a")
                .node("Conv", "a w", "y")
                .ints("pads", 1, 1, 1, 1)
                .output("y"),
            "Conv");
  }

  @Test
  void apply_paddedShift_doesNotFire() {
    rule(new AffineBeforeConv())
        .doesNotFireOn(
            padded()
                .weights("s", 2, 1, 1)
                .node("Add", "x s", "a")
                .node("Conv", "a w", "y")
                .ints("pads", 1, 1, 1, 1)
                .output("y"),
            "the padding's zeros would be shifted");
  }

  private static ModelSketch padded() {
    return ModelSketch.opset(13).input("x", "N", 2, 5, 5).weights("w", 3, 2, 3, 3);
  }
}
