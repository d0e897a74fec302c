package dev.skerry.graph;

import static dev.skerry.graph.Models.graph;
import static dev.skerry.graph.Models.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class GraphIndexTest {
  private static final Node FIRST = node("Relu", "x", "h");
  private static final Node SECOND = node("Add", "h h", "y");

  private static final GraphIndex CHAIN =
      new GraphIndex(graph(List.of("x"), List.of("y"), List.of(FIRST, SECOND)));

  @Test
  void producer_isTheNodeThatMakesTheValue() {
    assertThat(CHAIN.producer("h")).contains(FIRST);
    assertThat(CHAIN.producer("x")).isEmpty();
  }

  @Test
  void consumers_listEachNodeOnce() {
    assertThat(CHAIN.consumers("h")).containsExactly(SECOND);
    assertThat(CHAIN.onlyConsumer("h")).contains(SECOND);
  }

  @Test
  void onlyConsumer_ofAnOutput_isNone() {
    Node taker = node("Neg", "y", "z");
    GraphIndex index =
        new GraphIndex(graph(List.of("x"), List.of("y", "z"), List.of(FIRST, SECOND, taker)));
    assertThat(index.consumers("y")).containsExactly(taker);
    assertThat(index.onlyConsumer("y")).isEmpty();
  }

  @Test
  void uses_countWhatSubgraphsTakeFromOutside() {
    Graph inner =
        graph(List.of(), List.of("z"), List.of(node("Add", "h own", "k"), node("Neg", "k", "z")));
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("own", Tensor.scalar(1f));
    Attribute branch = new Attribute.GraphValue(inner.withInitializers(constants));
    Node choice = node("If", "c ", "y").with("then_branch", branch);
    assertThat(GraphIndex.uses(choice)).containsExactly("c", "h");
  }

  @Test
  void captures_outputsThatPassThrough_areTaken() {
    assertThat(GraphIndex.captures(graph(List.of(), List.of("outer"), List.of())))
        .containsExactly("outer");
  }

  @Test
  void constant_initializerThatIsAnInput_canBeOverridden() {
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("w", Tensor.scalar(1f));
    constants.put("x", Tensor.scalar(2f));
    Graph graph = graph(List.of("x"), List.of("y"), List.of(FIRST)).withInitializers(constants);
    GraphIndex index = new GraphIndex(graph);
    assertThat(index.constant("w")).isPresent();
    assertThat(index.constant("x")).isEmpty();
    assertThat(index.constant("h")).isEmpty();
  }

  @Test
  void constantOf_numbersInAttributes_areTensors() {
    Node ints = node("Constant", "", "c").with("value_ints", Attribute.Ints.of(1, 2));
    assertThat(GraphIndex.constantOf(ints).orElseThrow().toLongs()).containsExactly(1, 2);
    Node real = node("Constant", "", "c").with("value_float", Attribute.of(0.5f));
    assertThat(GraphIndex.constantOf(real).orElseThrow().toFloats()).containsExactly(0.5f);
    assertThat(GraphIndex.constantOf(FIRST)).isEmpty();
  }
}
