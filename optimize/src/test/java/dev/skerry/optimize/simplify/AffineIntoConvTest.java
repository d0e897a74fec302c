package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AffineIntoConvTest {
  @Test
  void apply_batchNormBehindConv_merges() {
    rule(new AffineIntoConv()).firesOn(conv(4).batchNorm("c", "y", 4).output("y"), "Conv");
  }

  @Test
  void apply_grouped_merges() {
    rule(new AffineIntoConv())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 4, 5, 5)
                .weights("w", 8, 2, 3, 3)
                .weights("b", 8)
                .node("Conv", "x w b", "c")
                .with("group", 2)
                .batchNorm("c", "y", 8)
                .output("y"),
            "Conv");
  }

  @Test
  void apply_arithmeticPerChannel_merges() {
    rule(new AffineIntoConv())
        .firesOn(
            conv(4)
                .positive("scale", 4, 1, 1)
                .node("Div", "c scale", "d")
                .weights("shift", 1, 4, 1, 1)
                .node("Sub", "shift d", "y")
                .output("y"),
            "Conv");
  }

  @Test
  void apply_pureShift_keepsWeights() {
    var after =
        rule(new AffineIntoConv())
            .firesOn(conv(4).weights("s", 4, 1, 1).node("Add", "s c", "y").output("y"), "Conv");
    assertThat(after.initializers()).containsKey("w");
  }

  @Test
  void apply_otherUses_doesNotFire() {
    RuleAssert rule = rule(new AffineIntoConv());
    rule.doesNotFireOn(
        conv(4).batchNorm("c", "y", 4).node("Relu", "c", "z").output("y", "z"),
        "the convolution has another reader");
    rule.doesNotFireOn(
        conv(4).batchNorm("c", "y", 4).output("y", "c"), "the convolution is an output");
    rule.doesNotFireOn(
        conv(4).weights("s", 3, 3).node("Mul", "c s", "y").output("y"),
        "the constant varies over space");
    rule.doesNotFireOn(
        ModelSketch.opset(13)
            .input("x", 1, 2, 3, 3)
            .input("w", 4, 2, 1, 1)
            .node("Conv", "x w", "c")
            .batchNorm("c", "y", 4)
            .output("y"),
        "weights are not constant");
  }

  private static ModelSketch conv(long outputs) {
    return ModelSketch.opset(13)
        .input("x", "N", 2, 5, 5)
        .weights("w", outputs, 2, 3, 3)
        .node("Conv", "x w", "c");
  }
}
