package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class KnownContentsTest {
  @Test
  void apply_shapeOfFixedAxes_becomesConstant() {
    rule(new KnownContents())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3, 4)
                .node("Shape", "x", "s")
                .longs("one", 1)
                .node("Gather", "s one", "g")
                .longs("minus", -1)
                .node("Concat", "minus g", "form")
                .with("axis", 0)
                .node("Reshape", "x form", "y")
                .output("y"),
            "Reshape");
  }

  @Test
  void apply_whatVaries_doesNotFire() {
    rule(new KnownContents())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .node("Shape", "x", "s")
                .node("Cast", "s", "y")
                .with("to", 1)
                .output("y"),
            "the batch is free");
    rule(new KnownContents())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 4)
                .node("NonZero", "x", "i")
                .node("Shape", "i", "s")
                .node("Cast", "s", "y")
                .with("to", 1)
                .output("y"),
            "the shape depends on the data");
    rule(new KnownContents())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .node("Shape", "x", "s")
                .longs("zero", 0)
                .node("Gather", "s zero", "n")
                .longs("many", 100)
                .node("Less", "n many", "few")
                .node("Cast", "few", "y")
                .with("to", 1)
                .output("y"),
            "fewer than 100 in every run is not fewer than 100 always");
  }
}
