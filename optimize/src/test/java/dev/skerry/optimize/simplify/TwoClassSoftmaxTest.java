package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import org.junit.jupiter.api.Test;

class TwoClassSoftmaxTest {
  @Test
  void apply_manyPairs_becomesSigmoid() {
    rule(new TwoClassSoftmax())
        .firesOn(
            ModelSketch.opset(13).input("x", "N", 300, 2).node("Softmax", "x", "y").output("y"),
            "MatMul",
            "Sigmoid");
    rule(new TwoClassSoftmax())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 16, 16, 2)
                .node("Softmax", "x", "y")
                .with("axis", 3)
                .output("y"),
            "MatMul",
            "Sigmoid");
  }

  @Test
  void apply_oldOpset_firesWhereFlatteningMeansTheSame() {
    rule(new TwoClassSoftmax())
        .firesOn(
            ModelSketch.opset(11)
                .input("x", "N", 300, 1, 2)
                .node("Softmax", "x", "y")
                .with("axis", 2)
                .output("y"),
            "MatMul",
            "Sigmoid");
    rule(new TwoClassSoftmax())
        .doesNotFireOn(
            ModelSketch.opset(11).input("x", "N", 300, 2).node("Softmax", "x", "y").output("y"),
            "all 600 numbers of a sample are one row");
  }

  @Test
  void apply_largeDifferences_agree() {
    rule(new TwoClassSoftmax())
        .firesOn(
            ModelSketch.opset(13)
                .input("x", "N", 300, 2)
                .constant("c", Tensor.scalar(60f))
                .node("Mul", "x c", "z")
                .node("Softmax", "z", "y")
                .output("y"),
            "Mul",
            "MatMul",
            "Sigmoid");
  }

  @Test
  void apply_otherwise_doesNotFire() {
    rule(new TwoClassSoftmax())
        .doesNotFireOn(
            ModelSketch.opset(13).input("x", "N", 300, 3).node("Softmax", "x", "y").output("y"),
            "three classes");
    rule(new TwoClassSoftmax())
        .doesNotFireOn(
            ModelSketch.opset(13).input("x", "N", 2).node("Softmax", "x", "y").output("y"),
            "one row for each sample is cheap");
    rule(new TwoClassSoftmax())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 2, 300)
                .node("Softmax", "x", "y")
                .with("axis", 1)
                .output("y"),
            "the pairs are not on the last axis");
    rule(new TwoClassSoftmax())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input(DataType.DOUBLE, "x", "N", 300, 2)
                .node("Softmax", "x", "y")
                .output("y"),
            "the constant would have to be DOUBLE");
    rule(new TwoClassSoftmax())
        .doesNotFireOn(
            ModelSketch.opset(13)
                .input("x", "N", 300, 2)
                .node("Softmax", "x", "p")
                .node("Log", "p", "y")
                .output("y"),
            "the logarithm of a tiny score would become infinite");
  }
}
