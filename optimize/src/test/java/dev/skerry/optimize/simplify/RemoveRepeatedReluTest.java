package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class RemoveRepeatedReluTest {
  @Test
  void apply_nonNegative_isRemoved() {
    rule(new RemoveRepeatedRelu())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 4)
                .node("Relu", "x", "a")
                .node("MaxPool", "a", "b")
                .ints("kernel_shape", 2)
                .node("Relu", "b", "y")
                .output("y"),
            "Relu",
            "MaxPool");
  }

  @Test
  void apply_unknownSign_doesNotFire() {
    rule(new RemoveRepeatedRelu())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Neg", "x", "a")
                .node("Relu", "a", "y")
                .output("y"),
            "the value may be negative");
  }
}
