package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import dev.skerry.graph.DataType;
import org.junit.jupiter.api.Test;

class RemoveDropoutTest {
  @Test
  void apply_inference_isRemoved() {
    rule(new RemoveDropout())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Dropout", "x", "a")
                .node("Relu", "a", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_usedMaskOrTraining_doesNotFire() {
    rule(new RemoveDropout())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 2)
                .node("Dropout", "x", "a m")
                .node("Relu", "a", "y")
                .node("Not", "m", "n")
                .output("y", "n"),
            "the mask is used");
    rule(new RemoveDropout())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 2)
                .input(DataType.BOOL, "t")
                .node("Dropout", "x - t", "a")
                .node("Relu", "a", "y")
                .output("y"),
            "a caller may ask for training");
  }
}
