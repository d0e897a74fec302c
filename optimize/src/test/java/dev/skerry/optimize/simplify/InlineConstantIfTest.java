package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Tensor;
import org.junit.jupiter.api.Test;

class InlineConstantIfTest {
  @Test
  void apply_constantCondition_takesBranch() {
    rule(new InlineConstantIf()).firesOn(sketch(true).output("y"), "Relu", "Exp");
    rule(new InlineConstantIf()).firesOn(sketch(false).output("y"), "Relu", "Identity");
  }

  @Test
  void apply_openCondition_doesNotFire() {
    rule(new InlineConstantIf())
        .doesNotFireOn(
            branches(ModelSketch.opset(13).input("x", 2).input(DataType.BOOL, "c")).output("y"),
            "the condition is an input");
  }

  private static ModelSketch sketch(boolean condition) {
    return branches(
        ModelSketch.opset(13)
            .input("x", "N", 2)
            .constant("c", Tensor.ofBytes(DataType.BOOL, new long[0], (byte) (condition ? 1 : 0))));
  }

  private static ModelSketch branches(ModelSketch sketch) {
    Graph then = ModelSketch.opset(13).node("Exp", "r", "t").output("t").graph();
    Graph otherwise = ModelSketch.opset(13).node("Identity", "r", "e").output("e").graph();
    return sketch
        .node("Relu", "x", "r")
        .node("If", "c", "y")
        .with("then_branch", new Attribute.GraphValue(then))
        .with("else_branch", new Attribute.GraphValue(otherwise));
  }
}
