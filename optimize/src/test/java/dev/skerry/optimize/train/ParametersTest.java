package dev.skerry.optimize.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Graph;
import dev.skerry.optimize.simplify.ModelSketch;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private static Graph recurrent() {
    return ModelSketch.opset(17)
        .input("x", "N", 4, 6)
        .weights("slope", 4, 1)
        .node("PRelu", "x slope", "p")
        .weights("moved", 1, 4, 6)
        .node("Add", "p moved", "m")
        .weights("lstm.w", 1, 32, 6)
        .weights("lstm.r", 1, 32, 8)
        .weights("lstm.b", 1, 64)
        .node("LSTM", "m lstm.w lstm.r lstm.b", "s")
        .with("hidden_size", 8)
        .output("s")
        .model()
        .graph();
  }

  @Test
  void of_layersOfEachKind_areAllTheirConstants() {
    assertThat(Parameters.of(recurrent(), List.of()))
        .containsExactlyInAnyOrder("slope", "moved", "lstm.w", "lstm.r", "lstm.b");
  }

  @Test
  void factors_biasesAndSlopesOfSeveralAxes_areNone() {
    assertThat(Parameters.factors(recurrent())).containsExactlyInAnyOrder("lstm.w", "lstm.r");
  }
}
