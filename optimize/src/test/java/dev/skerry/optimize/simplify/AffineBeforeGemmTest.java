package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class AffineBeforeGemmTest {
  @Test
  void apply_batchNorm_merges() {
    rule(new AffineBeforeGemm())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .batchNorm("x", "a", 3)
                .weights("w", 3, 4)
                .weights("b", 4)
                .node("Gemm", "a w b", "y")
                .output("y"),
            "Gemm");
    rule(new AffineBeforeGemm())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .batchNorm("x", "a", 3)
                .weights("w", 4, 3)
                .node("Gemm", "a w", "y")
                .with("transB", 1)
                .output("y"),
            "Gemm");
  }

  @Test
  void apply_alpha_doesNotFire() {
    rule(new AffineBeforeGemm())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .batchNorm("x", "a", 3)
                .weights("w", 3, 4)
                .node("Gemm", "a w", "y")
                .with("alpha", 2f)
                .output("y"),
            "the product is scaled again");
  }
}
