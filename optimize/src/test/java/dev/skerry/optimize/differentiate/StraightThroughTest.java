package dev.skerry.optimize.differentiate;

import static dev.skerry.optimize.differentiate.GradientCheck.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The straight-through estimator, whose gradients differ from the function's own by design. */
class StraightThroughTest {
  private static final float[] X = {-20, -0.3f, 0.26f, 0.9f, 14};

  private static Map<String, Tensor> gradients(Model model, Map<String, Tensor> inputs) {
    Gradients gradients = Differentiation.of(model, "loss", List.of("x", "s"), inputs);
    try (Session session = Session.open(gradients.model(), SessionConfig.standard())) {
      Map<String, Tensor> run = session.run(inputs);
      return Map.of(
          "x", of(run, of(gradients.names(), "x")), "s", of(run, of(gradients.names(), "s")));
    }
  }

  private static ModelSketch quantized(Tensor zero) {
    return ModelSketch.opset(17)
        .constant("z", zero)
        .node("QuantizeLinear", "x s z", "q")
        .node("DequantizeLinear", "q s z", "y")
        .node("ReduceSum", "y", "loss")
        .with("keepdims", 0)
        .output("loss");
  }

  @Test
  void perTensor_passesInsideTheRange_andLearnsTheScale() {
    Tensor zero = Tensor.ofBytes(DataType.INT8, new long[0], (byte) 0);
    Model model = quantized(zero).input("x", 5).input("s").model();
    Map<String, Tensor> found =
        gradients(model, Map.of("x", Tensor.ofFloats(new long[] {5}, X), "s", Tensor.scalar(0.1f)));
    assertThat(of(found, "x").toFloats()).containsExactly(0, 1, 1, 1, 0);
    // -128 below, 127 above, inside the rounding error in steps: 0, 3 - 2.6, 0.
    assertThat(of(found, "s").toFloats()[0]).isCloseTo(-128 + 0.4f + 127, within(1e-4f));
  }

  @Test
  void perChannel_learnsEachScaleFromItsChannel() {
    Tensor zeros = Tensor.ofBytes(DataType.UINT8, new long[] {2}, (byte) 0, (byte) 10);
    Model model = quantized(zeros).input("x", 1, 2, 2).input("s", 2).model();
    Tensor x = Tensor.ofFloats(new long[] {1, 2, 2}, -0.5f, 0.26f, -0.5f, 40);
    Map<String, Tensor> found =
        gradients(model, Map.of("x", x, "s", Tensor.ofFloats(new long[] {2}, 0.1f, 0.1f)));
    assertThat(of(found, "x").toFloats()).containsExactly(0, 1, 1, 0);
    assertThat(of(found, "s").toFloats()[0]).isCloseTo(0.4f, within(1e-4f));
    assertThat(of(found, "s").toFloats()[1]).isCloseTo(245, within(1e-3f));
  }
}
