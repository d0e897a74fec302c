package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import dev.skerry.graph.Tensor;
import org.junit.jupiter.api.Test;

class ClipToReluTest {
  @Test
  void apply_fromZero_becomesRelu() {
    rule(new ClipToRelu())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .constant("zero", Tensor.scalar(0f))
                .node("Clip", "x zero", "y")
                .output("y"),
            "Relu");
    rule(new ClipToRelu())
        .firesOn(
            ModelSketch.opset(10)
                .input("x", "N", 2)
                .node("Clip", "x", "y")
                .with("min", 0f)
                .output("y"),
            "Relu");
  }

  @Test
  void apply_maximum_doesNotFire() {
    rule(new ClipToRelu())
        .doesNotFireOn(
            ModelSketch.opset(10)
                .input("x", 2)
                .node("Clip", "x", "y")
                .with("min", 0f)
                .with("max", 6f)
                .output("y"),
            "there is a maximum");
  }
}
