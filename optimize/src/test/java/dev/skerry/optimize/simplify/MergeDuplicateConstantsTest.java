package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Tensor;
import org.junit.jupiter.api.Test;

class MergeDuplicateConstantsTest {
  @Test
  void apply_equalBits_becomeOne() {
    var after =
        rule(new MergeDuplicateConstants())
            .firesOn(
                ModelSketch.opset(13)
                    .input("x", "N", 2)
                    .constant("a", Tensor.ofFloats(new long[] {2}, 1, 2))
                    .constant("b", Tensor.ofFloats(new long[] {2}, 1, 2))
                    .constant("c", Tensor.ofFloats(new long[] {1, 2}, 1, 2))
                    .node("Add", "x a", "d")
                    .node("Mul", "d b", "e")
                    .node("Add", "e c", "y")
                    .output("y"));
    assertThat(after.initializers()).containsOnlyKeys("a", "c");
  }

  @Test
  void apply_otherType_doesNotFire() {
    rule(new MergeDuplicateConstants())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", 2)
                .constant("a", Tensor.ofFloats(new long[] {1}, 0))
                .constant("b", Tensor.ofInts(new long[] {1}, 0))
                .node("Add", "x a", "d")
                .node("Cast", "b", "e")
                .with("to", 1)
                .node("Add", "d e", "y")
                .output("y"),
            "equal bits of other types");
  }
}
