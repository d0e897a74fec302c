package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
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
                .input("x", 2)
                .constant("q", Tensor.ofBytes(DataType.INT8, new long[] {2}, (byte) 3, (byte) 4))
                .constant("s", Tensor.scalar(0.5f))
                .node("DequantizeLinear", "q s", "w")
                .node("Mul", "x w", "y")
                .output("y"),
            "quantized weights stay quantized");
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

  @Test
  void apply_roundedSize_doesNotFire() {
    rule(new KnownContents())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .node("Shape", "x", "s")
                .node("Cast", "s", "f")
                .with("to", 1)
                .constant("tenth", Tensor.scalar(0.1f))
                .node("Mul", "f tenth", "t")
                .node("Cast", "t", "i")
                .with("to", 7)
                .longs("zero", 0)
                .node("Gather", "i zero", "g")
                .node("Cast", "g", "y")
                .with("to", 1)
                .output("y"),
            "a tenth of 1, 2 and 5 rounds to 0, a tenth of 20 does not");
  }
}
