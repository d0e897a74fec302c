package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import dev.skerry.graph.Tensor;
import org.junit.jupiter.api.Test;

class TransposeAcrossElementwiseTest {
  @Test
  void apply_elementwiseBetween_cancel() {
    rule(new TransposeAcrossElementwise())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 3)
                .constant("two", Tensor.scalar(2f))
                .node("Transpose", "x", "a")
                .ints("perm", 0, 2, 1)
                .node("Relu", "a", "b")
                .node("Mul", "two b", "c")
                .node("Transpose", "c", "y")
                .ints("perm", 0, 2, 1)
                .output("y"),
            "Relu",
            "Mul");
  }

  @Test
  void apply_otherReader_doesNotFire() {
    rule(new TransposeAcrossElementwise())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 3)
                .node("Transpose", "x", "a")
                .ints("perm", 0, 2, 1)
                .node("Relu", "a", "b")
                .node("Transpose", "b", "y")
                .ints("perm", 0, 2, 1)
                .output("y", "b"),
            "the value between is an output");
  }
}
