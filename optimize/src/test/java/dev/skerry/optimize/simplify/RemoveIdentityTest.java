package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class RemoveIdentityTest {
  @Test
  void apply_between_isRemoved() {
    rule(new RemoveIdentity())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Identity", "x", "a")
                .node("Relu", "a", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_beforeOutput_producerTakesName() {
    rule(new RemoveIdentity())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Relu", "x", "a")
                .node("Identity", "a", "y")
                .node("Exp", "a", "z")
                .output("y", "z"),
            "Relu",
            "Exp");
  }

  @Test
  void apply_chainToOutput_isRemoved() {
    rule(new RemoveIdentity())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Relu", "x", "a")
                .node("Identity", "a", "b")
                .node("Identity", "b", "c")
                .node("Identity", "c", "y")
                .output("y"),
            "Relu");
  }

  @Test
  void apply_twoOutputsOfOneValue_keepsOne() {
    rule(new RemoveIdentity())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 2)
                .node("Relu", "x", "a")
                .node("Identity", "a", "y")
                .node("Identity", "a", "z")
                .output("y", "z"),
            "Relu",
            "Identity");
  }

  @Test
  void apply_inputToOutput_doesNotFire() {
    rule(new RemoveIdentity())
        .doesNotFireOn(
            ModelSketch.opset(13).input("x", "N", 2).node("Identity", "x", "y").output("y"),
            "an input cannot take the output's name");
  }
}
