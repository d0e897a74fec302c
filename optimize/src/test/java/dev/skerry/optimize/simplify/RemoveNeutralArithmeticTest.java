package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import dev.skerry.graph.Tensor;
import org.junit.jupiter.api.Test;

class RemoveNeutralArithmeticTest {
  @Test
  void apply_neutral_isRemoved() {
    rule(new RemoveNeutralArithmetic())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .constant("zero", Tensor.scalar(0f))
                .constant("ones", Tensor.ofFloats(new long[] {1, 3}, 1, 1, 1))
                .node("Add", "zero x", "a")
                .node("Mul", "a ones", "b")
                .node("Sub", "b zero", "c")
                .node("Div", "c ones", "d")
                .node("Exp", "d", "y")
                .output("y"),
            "Exp");
  }

  @Test
  void apply_wideningOrReversed_doesNotFire() {
    rule(new RemoveNeutralArithmetic())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 1)
                .constant("ones", Tensor.ofFloats(new long[] {3}, 1, 1, 1))
                .node("Mul", "x ones", "y")
                .output("y"),
            "the constant widens x");
    rule(new RemoveNeutralArithmetic())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .constant("zero", Tensor.scalar(0f))
                .node("Sub", "zero x", "y")
                .output("y"),
            "zero minus x is not x");
  }
}
