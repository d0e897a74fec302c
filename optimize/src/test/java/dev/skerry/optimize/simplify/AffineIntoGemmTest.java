package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class AffineIntoGemmTest {
  @Test
  void apply_batchNorm_merges() {
    rule(new AffineIntoGemm())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .weights("w", 3, 4)
                .weights("b", 4)
                .node("Gemm", "x w b", "c")
                .with("beta", 0.5f)
                .with("alpha", 2f)
                .batchNorm("c", "y", 4)
                .output("y"),
            "Gemm");
  }

  @Test
  void apply_transposedWeights_merges() {
    rule(new AffineIntoGemm())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .weights("w", 4, 3)
                .node("Gemm", "x w", "c")
                .with("transB", 1)
                .positive("s", 4)
                .node("Mul", "c s", "y")
                .output("y"),
            "Gemm");
  }

  @Test
  void apply_biasPerRow_doesNotFire() {
    rule(new AffineIntoGemm())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 2, 3)
                .weights("w", 3, 4)
                .weights("b", 2, 4)
                .node("Gemm", "x w b", "c")
                .batchNorm("c", "y", 4)
                .output("y"),
            "the bias differs from row to row");
  }
}
