package dev.skerry.optimize.differentiate;

import static dev.skerry.optimize.differentiate.GradientCheck.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DifferentiationTest {
  private static final Map<String, Tensor> INPUTS =
      Map.of("x", Tensor.ofFloats(new long[] {2, 3}, 1, -2, 3, 0.5f, 1, 2));

  private static ModelSketch ending(ModelSketch sketch) {
    return sketch.node("ReduceSum", "y", "loss").with("keepdims", 0).output("loss");
  }

  @Test
  void of_operatorWithoutRule_namesItAndThePathFromLossToParameter() {
    Model model =
        ending(
                ModelSketch.opset(17)
                    .input("x", 2, 3)
                    .weights("w", 3, 3)
                    .node("MatMul", "x w", "h")
                    .node("Round", "h", "r")
                    .node("Relu", "r", "y"))
            .model();
    assertThatThrownBy(() -> Differentiation.of(model, "loss", List.of("w"), INPUTS))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("no gradient rule for operator Round 'Round_r'")
        .hasMessageContaining(
            "loss 'loss' ← ReduceSum 'ReduceSum_loss' ← Relu 'Relu_y' ← Round 'Round_r' ← MatMul"
                + " 'MatMul_h' ← parameter 'w'");
  }

  @Test
  void of_operatorWithoutRuleAwayFromParameters_isNoMatter() {
    Model model =
        ending(
                ModelSketch.opset(17)
                    .input("x", 2, 3)
                    .weights("w", 3, 2)
                    .node("Round", "x", "r")
                    .node("MatMul", "r w", "y"))
            .model();
    assertThat(Differentiation.of(model, "loss", List.of("w"), INPUTS).names()).containsKey("w");
  }

  @Test
  void of_valueUsedTwice_addsGradientsUp() {
    Model model =
        ending(
                ModelSketch.opset(17)
                    .input("x", 2, 3)
                    .constant("w", Tensor.ofFloats(new long[] {3}, 1, 2, 3))
                    .node("Mul", "x w", "a")
                    .node("Add", "a w", "b")
                    .node("Add", "b a", "y"))
            .model();
    Gradients gradients = Differentiation.of(model, "loss", List.of("w"), INPUTS);
    Verifier.require(gradients.model());
    try (Session session = Session.open(gradients.model(), SessionConfig.standard())) {
      Tensor found = of(session.run(INPUTS), of(gradients.names(), "w"));
      assertThat(found.toFloats()).containsExactly(2 * 1.5f + 2, 2 * -1 + 2, 2 * 5 + 2);
    }
  }

  @Test
  void of_lossOfManyElements_isRefused() {
    Model model = ModelSketch.opset(17).input("x", 2, 3).node("Relu", "x", "y").output("y").model();
    assertThatThrownBy(() -> Differentiation.of(model, "y", List.of("x"), INPUTS))
        .hasMessageContaining("one element");
  }

  @Test
  void of_parameterThatTheLossDoesNotUse_getsNoGradient() {
    Model model =
        ending(
                ModelSketch.opset(17)
                    .input("x", 2, 3)
                    .weights("w", 3)
                    .weights("unused", 3)
                    .node("Mul", "x w", "y")
                    .node("Mul", "x unused", "other"))
            .model();
    assertThat(Differentiation.of(model, "loss", List.of("w", "unused"), INPUTS).names())
        .containsOnlyKeys("w");
  }

  @Test
  void of_recurrentLayerWithWhatHasNoGradient_saysWhat() {
    ModelSketch sketch =
        ending(
            ModelSketch.opset(17)
                .input("x", 2, 1, 3)
                .weights("w", 1, 16, 3)
                .weights("r", 1, 16, 4)
                .weights("p", 1, 12)
                .node("LSTM", "x w r - - - - p", "y")
                .with("hidden_size", 4)
                .with("clip", 3f));
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {2, 1, 3}, new float[6]));
    assertThatThrownBy(() -> Differentiation.of(sketch.model(), "loss", List.of("w"), inputs))
        .hasMessageContaining("LSTM")
        .hasMessageContaining("clip, peepholes");
  }

  @Test
  void of_recurrentLayerThatDoesNotLearn_staysOneNode() {
    Model model =
        ending(
                ModelSketch.opset(17)
                    .input("x", 2, 1, 3)
                    .weights("w", 1, 12, 3)
                    .weights("r", 1, 12, 4)
                    .weights("v", 4)
                    .node("GRU", "x w r", "h")
                    .with("hidden_size", 4)
                    .node("Mul", "h v", "y"))
            .model();
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {2, 1, 3}, new float[6]));
    Gradients gradients = Differentiation.of(model, "loss", List.of("v"), inputs);
    assertThat(gradients.model().graph().nodes()).anyMatch(node -> node.is("GRU"));
  }
}
