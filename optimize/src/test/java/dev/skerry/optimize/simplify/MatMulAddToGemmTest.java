package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class MatMulAddToGemmTest {
  @Test
  void apply_denseLayer_becomesGemm() {
    rule(new MatMulAddToGemm())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .weights("w", 3, 4)
                .weights("b", 4)
                .node("MatMul", "x w", "c")
                .node("Add", "b c", "y")
                .output("y"),
            "Gemm");
  }

  @Test
  void apply_rankThreeOrWideBias_doesNotFire() {
    rule(new MatMulAddToGemm())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 3)
                .weights("w", 3, 4)
                .weights("b", 4)
                .node("MatMul", "x w", "c")
                .node("Add", "c b", "y")
                .output("y"),
            "Gemm takes rank 2 only");
    rule(new MatMulAddToGemm())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 1, 3)
                .weights("w", 3, 4)
                .weights("b", 5, 4)
                .node("MatMul", "x w", "c")
                .node("Add", "c b", "y")
                .output("y"),
            "the bias widens the result");
  }
}
