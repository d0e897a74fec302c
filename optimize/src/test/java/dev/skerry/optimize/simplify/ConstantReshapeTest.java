package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.DataType;
import org.junit.jupiter.api.Test;

class ConstantReshapeTest {
  @Test
  void apply_freeBatch_copiesIt() {
    var after =
        rule(new ConstantReshape())
            .firesOn(
                ModelSketch.opset(13)
                    .input("x", "N", 6, 4)
                    .node("Shape", "x", "s")
                    .longs("zero", 0)
                    .node("Gather", "s zero", "n")
                    .longs("rest", -1, 2)
                    .node("Concat", "n rest", "form")
                    .with("axis", 0)
                    .node("Reshape", "x form", "y")
                    .output("y"),
                "Reshape");
    assertThat(after.initializers().lastEntry().getValue().toLongs()).containsExactly(0, 12, 2);
  }

  @Test
  void apply_shapeFromData_doesNotFire() {
    rule(new ConstantReshape())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 2, 2)
                .input(DataType.INT64, "s", 1)
                .longs("minus", -1)
                .node("Mul", "s minus", "p")
                .node("Mul", "p p", "q")
                .node("Sub", "minus q", "r")
                .node("Max", "r minus", "form")
                .node("Reshape", "x form", "y")
                .output("y"),
            "an input decides the shape");
  }
}
