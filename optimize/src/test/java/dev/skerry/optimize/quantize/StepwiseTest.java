package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.simplify.ModelSketch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StepwiseTest {
  private final Model model =
      ModelSketch.opset(17)
          .input("x", 2)
          .constant("one", Tensor.ofFloats(new long[] {1}, 1))
          .node("Add", "x one", "a")
          .node("Mul", "a a", "b")
          .node("Add", "b a", "y")
          .output("y")
          .model();

  @Test
  void upTo_valueWithAPast_isWhatTheWholeModelComputes() {
    Stepwise running = new Stepwise(model, samples());

    assertThat(floats(running.upTo("a"))).containsExactly("[2.0, 3.0]", "[0.0, 1.0]");
    assertThat(floats(running.upTo("y"))).containsExactly("[6.0, 12.0]", "[0.0, 2.0]");
  }

  @Test
  void replace_valueThatTwoTake_reachesBoth() {
    Stepwise running = new Stepwise(model, samples());
    running.upTo("a");

    running.replace("a", tensor -> Tensor.ofFloats(tensor.dims(), 10, 20));

    assertThat(floats(running.upTo("y"))).containsExactly("[110.0, 420.0]", "[110.0, 420.0]");
  }

  @Test
  void upTo_valueAgain_runsNothing() {
    Stepwise running = new Stepwise(model, samples());
    List<Tensor> first = running.upTo("b");

    assertThat(running.upTo("b")).isEqualTo(first);
  }

  private static List<Map<String, Tensor>> samples() {
    return List.of(
        Map.of("x", Tensor.ofFloats(new long[] {2}, 1, 2)),
        Map.of("x", Tensor.ofFloats(new long[] {2}, -1, 0)));
  }

  private static List<String> floats(List<Tensor> tensors) {
    return tensors.stream().map(tensor -> Arrays.toString(tensor.toFloats())).toList();
  }
}
