package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import org.junit.jupiter.api.Test;

class ConstantFoldingTest {
  @Test
  void apply_constantSubgraph_isComputed() {
    rule(new ConstantFolding())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .weights("a", 3)
                .weights("b", 3)
                .node("Add", "a b", "c")
                .node("Exp", "c", "d")
                .node("Mul", "x d", "y")
                .output("y"),
            "Mul");
  }

  @Test
  void apply_output_keepsNode() {
    rule(new ConstantFolding())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 3)
                .weights("a", 3)
                .node("Exp", "a", "y")
                .node("Relu", "x", "z")
                .output("y", "z"),
            "Constant",
            "Relu");
  }

  @Test
  void apply_whatMustStay_doesNotFire() {
    rule(new ConstantFolding())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 2)
                .constant("q", Tensor.ofBytes(DataType.INT8, new long[] {2}, (byte) 3, (byte) 4))
                .constant("s", Tensor.scalar(0.5f))
                .node("DequantizeLinear", "q s", "w")
                .node("Mul", "x w", "y")
                .output("y"),
            "quantized weights stay quantized");
    rule(new ConstantFolding())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 1)
                .longs("shape", 1000, 1000)
                .node("ConstantOfShape", "shape", "c")
                .node("Add", "x c", "y")
                .output("y"),
            "the result is larger than the limit");
  }
}
