package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class AffineIntoConvTransposeTest {
  @Test
  void apply_batchNorm_merges() {
    rule(new AffineIntoConvTranspose())
        .firesOn(sketch(1).batchNorm("c", "y", 3).output("y"), "ConvTranspose");
  }

  @Test
  void apply_grouped_merges() {
    rule(new AffineIntoConvTranspose())
        .firesOn(sketch(2).batchNorm("c", "y", 6).output("y"), "ConvTranspose");
  }

  @Test
  void apply_spatialConstant_doesNotFire() {
    rule(new AffineIntoConvTranspose())
        .doesNotFireOn(
            sketch(1).weights("s", 5).node("Mul", "c s", "y").output("y"),
            "the constant varies over space");
  }

  private static ModelSketch sketch(long groups) {
    return ModelSketch.opset(13)
        .input("x", "N", 4, 4, 4)
        .weights("w", 4, 3, 2, 2)
        .weights("b", 3 * groups)
        .node("ConvTranspose", "x w b", "c")
        .with("group", groups);
  }
}
