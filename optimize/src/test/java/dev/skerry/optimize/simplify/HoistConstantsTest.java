package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Tensor;
import org.junit.jupiter.api.Test;

class HoistConstantsTest {
  @Test
  void apply_largeInBranches_moveOut() {
    Graph after = rule(new HoistConstants()).firesOn(sketch(300), "ReduceMax", "Less", "If");
    assertThat(after.initializers()).hasSize(3);
  }

  @Test
  void apply_small_doesNotFire() {
    rule(new HoistConstants()).doesNotFireOn(sketch(3), "small constants stay with their use");
  }

  private static ModelSketch sketch(int elements) {
    return ModelSketch.opset(13)
        .input("x", "N", elements)
        .constant("half", Tensor.scalar(0.5f))
        .node("ReduceMax", "x", "m")
        .with("keepdims", 0)
        .node("Less", "m half", "c")
        .node("If", "c", "y")
        .with("then_branch", branch("Add", elements))
        .with("else_branch", branch("Mul", elements))
        .output("y");
  }

  private static Attribute branch(String op, int elements) {
    return new Attribute.GraphValue(
        ModelSketch.opset(13)
            .weights(op + ".w", elements)
            .node(op, "x " + op + ".w", op + ".y")
            .output(op + ".y")
            .graph());
  }
}
