package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class AffineIntoMatMulTest {
  @Test
  void apply_batchNormAtRankTwo_becomesGemm() {
    rule(new AffineIntoMatMul())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .weights("w", 3, 4)
                .node("MatMul", "x w", "c")
                .batchNorm("c", "y", 4)
                .output("y"),
            "Gemm");
  }

  @Test
  void apply_scaleAtRankThree_scalesWeights() {
    rule(new AffineIntoMatMul())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 5, 3)
                .weights("w", 3, 4)
                .node("MatMul", "x w", "c")
                .weights("s", 4)
                .node("Mul", "s c", "y")
                .output("y"),
            "MatMul");
  }

  @Test
  void apply_batchNormAtRankThree_doesNotFire() {
    rule(new AffineIntoMatMul())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 5, 3)
                .weights("w", 3, 4)
                .node("MatMul", "x w", "c")
                .batchNorm("c", "y", 5)
                .output("y"),
            "its channels are not the columns");
  }
}
