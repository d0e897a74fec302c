package dev.skerry.graph;

import static dev.skerry.graph.Models.model;
import static dev.skerry.graph.Models.node;
import static dev.skerry.graph.Models.withInitializer;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.api.AbstractListAssert;
import org.junit.jupiter.api.Test;

class GraphDiffTest {
  private static AbstractListAssert<?, ? extends List<? extends String>, String, ?> lines(
      Model before, Model after) {
    return assertThat(GraphDiff.between(before, after).stream().map(Difference::line).toList());
  }

  @Test
  void between_equalContentInOtherTensors_isNothing() {
    Model model = model(node("Add", "x w", "y"));
    lines(
            withInitializer(model, "w", Tensor.ofFloats(new long[] {2}, 1, Float.NaN)),
            withInitializer(model, "w", Tensor.ofFloats(new long[] {2}, 1, Float.NaN)))
        .isEmpty();
  }

  @Test
  void between_nodesAddedAndRemoved_printsThem() {
    lines(
            model(node("Relu", "x", "h"), node("Relu", "h", "y")),
            model(node("Relu", "x", "k"), node("Relu", "h", "y")))
        .containsExactly("- node %h = Relu(%x)", "+ node %k = Relu(%x)");
  }

  @Test
  void between_attributeChanged_namesNodeAndValues() {
    Node conv = node("Conv", "x w", "y");
    lines(
            model(conv.with("strides", Attribute.Ints.of(1, 1))),
            model(conv.with("strides", Attribute.Ints.of(2, 2)).with("group", Attribute.of(3L))))
        .containsExactly(
            "~ node 0 Conv 'y': strides [1, 1] → [2, 2]", "+ node 0 Conv 'y': attribute group = 3");
  }

  @Test
  void between_initializerOfOtherContent_showsBoth() {
    Model model = model(node("Add", "x w", "y"));
    lines(
            withInitializer(model, "w", Tensor.vector(1, 2)),
            withInitializer(model, "w", Tensor.vector(1, 3)))
        .containsExactly("~ initializer 'w' INT64[2] {1, 2} → INT64[2] {1, 3}");
  }

  @Test
  void between_nodesInAnotherOrder_isSaid() {
    Node first = node("Relu", "x", "h");
    Node second = node("Sigmoid", "x", "y");
    lines(model(first, second), model(second, first))
        .containsExactly("~ the nodes stand in another order");
  }

  @Test
  void between_nodeInABranch_namesTheWay() {
    Node choice = node("If", "x", "y");
    lines(
            model(choice.with("then_branch", branch("Relu"))),
            model(choice.with("then_branch", branch("Sigmoid"))))
        .containsExactly(
            "~ node 0 If 'y' › then_branch › node 0 Relu 'z': operator Relu → Sigmoid");
  }

  private static Attribute branch(String op) {
    return new Attribute.GraphValue(
        Models.graph(List.of(), List.of("z"), List.of(node(op, "x", "z"))));
  }

  @Test
  void between_opsetsAndOutputs_areCompared() {
    Model before = model(node("Relu", "x", "y"));
    Model after =
        before
            .withOpset("", 21)
            .withGraph(
                before.graph().withOutputs(List.of(ValueInfo.of("y", DataType.FLOAT16, 1, 4))));
    lines(before, after)
        .containsExactly("~ operator set '' 17 → 21", "~ output 'y' FLOAT[1, 4] → FLOAT16[1, 4]");
  }
}
