package dev.skerry.graph;

import static dev.skerry.graph.Models.model;
import static dev.skerry.graph.Models.node;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTextTest {
  @Test
  void print_model_readsAsProgram() {
    Node conv = node("Conv", "x w", "h").with("strides", Attribute.Ints.of(1, 1));
    Attribute branch = new Attribute.GraphValue(Models.graph(List.of(), List.of("z"), List.of()));
    Node choice = node("If", "h", "y").with("then_branch", branch);
    Model model =
        Models.withInitializer(model(conv, choice), "w", Tensor.ofFloats(new long[] {2}, 1, 0.5f));
    assertThat(GraphText.print(model))
        .isEqualTo(
            """
            model ir=8 opsets=[onnx 17] producer=skerry
            graph test {
              input %x: FLOAT[1, 4]
              const %w = FLOAT[2] {1, 0.5}
              %h = Conv[strides=[1, 1]](%x, %w)
              %y = If[then_branch={...}](%h)
                then_branch: test {
                  output %z: FLOAT[1, 4]
                }
              output %y: FLOAT[1, 4]
            }
            """);
  }

  @Test
  void print_missingInputsAndOutputs_areUnderscores() {
    assertThat(GraphText.print(node("Clip", "x  max", "y"))).isEqualTo("%y = Clip(%x, _, %max)");
  }

  @Test
  void print_controlCharacters_areEscaped() {
    assertThat(GraphText.print(node("Relu", "a\nb", "y"))).isEqualTo("%y = Relu(%a\\u000ab)");
  }

  @Test
  void tensor_ofManyElements_isShortened() {
    assertThat(GraphText.tensor(Tensor.vector(0, 1, 2, 3, 4, 5, 6, 7, 8)))
        .isEqualTo("INT64[9] {0, 1, 2, 3, 4, 5, 6, 7, ...}");
  }

  @Test
  void type_ofPartlyKnownShape_showsWhatIsKnown() {
    Type type =
        new Type.Tensor(
            DataType.FLOAT,
            List.of(new Dimension.Symbol("N"), new Dimension.Fixed(3), new Dimension.Unknown()));
    assertThat(GraphText.type(type)).isEqualTo("FLOAT[N, 3, ?]");
    assertThat(GraphText.type(new Type.Tensor(DataType.FLOAT, null))).isEqualTo("FLOAT[...]");
  }
}
