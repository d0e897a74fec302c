package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.moments.Moments;
import dev.skerry.optimize.simplify.ModelSketch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Models of users may have, for values and nodes, any name that a form would give out. */
final class TakenNamesTest {
  private static final List<String> SUFFIXES =
      List.of(
          "_q",
          "_dq",
          "_raw",
          "_scale",
          "_zero_point",
          "_half",
          "_half_out",
          "_widen",
          "_sum",
          "_float",
          "_cast",
          "_quantize",
          "_in_q",
          "_in_scale",
          "_in_zero_point",
          "_blocks",
          "_scales",
          "_weight_q",
          "_weight_dq",
          "_weight_scale",
          "_weight_zero_point",
          "_bias_q",
          "_bias_dq",
          "_bias_scale");

  @Test
  void quantize_takenNames_areLeftToTheirOwners() {
    Model model = crowded(gemms());

    check(model, QuantizerTest.quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC), 25);
  }

  @Test
  void quantize_weightsScaleNamedLikeAnotherValuesScale_areTwoScales() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 8, 4, 4)
            .weights("w1", 8, 8, 1, 1)
            .weights("w2", 8, 8, 1, 1)
            .node("Conv", "x w1", "y_weight")
            .node("Conv", "y_weight w2", "y")
            .output("y")
            .model();

    check(model, QuantizerTest.quantized(model, Set.of(), IntegerType.INT8_SYMMETRIC), 25);
  }

  @Test
  void dynamic_takenNames_areLeftToTheirOwners() {
    Model model = crowded(gemms());
    Graph changed = DynamicQuantizer.quantize(model.graph(), IntegerType.INT8_SYMMETRIC).graph();

    check(model, model.withGraph(changed), 25);
  }

  @Test
  void blocks_takenNames_areLeftToTheirOwners() {
    Model model = crowded(gemms());
    Graph changed = BlockQuantizer.quantize(model.graph(), 8, 32, Moments.NONE);

    check(model, model.withGraph(changed).withOpset("com.microsoft", 1), 25);
  }

  @Test
  void narrow_takenNames_areLeftToTheirOwners() {
    Model model = crowded(gemms());

    check(model, model.withGraph(WeightStorage.narrow(model.graph())), 50);
  }

  @Test
  void halfPrecision_takenNames_areLeftToTheirOwners() {
    Model model = crowded(gemms());

    check(model, HalfPrecision.convert(model), 45);
  }

  private static void check(Model model, Model changed, double decibels) {
    assertThat(Verifier.verify(changed)).isEmpty();
    assertThat(Noise.decibels(model, changed, QuantizerTest.inputs(model, 4)))
        .isGreaterThan(decibels);
  }

  private static ModelSketch gemms() {
    return ModelSketch.opset(17)
        .input("x", 2, 64)
        .weights("w", 64, 64)
        .weights("b", 64)
        .weights("v", 64, 64)
        .node("Gemm", "x w b", "h")
        .node("Relu", "h", "r")
        .node("MatMul", "r v", "y")
        .output("y");
  }

  /** {@code sketch} with a float value under every name that could be made up, fed to a sum. */
  private static Model crowded(ModelSketch sketch) {
    List<String> taken = new ArrayList<>();
    for (String value : List.of("x", "w", "v", "h", "r", "y")) {
      SUFFIXES.forEach(suffix -> taken.add(value + suffix));
    }
    taken.forEach(name -> sketch.node("Tanh", "x", name));
    sketch.node("Sum", String.join(" ", taken), "all").output("all");
    Model model = sketch.model();
    // Nodes are named after what they make, as some exporters do.
    List<Node> nodes =
        model.graph().nodes().stream().map(node -> node.withName(node.output(0))).toList();
    return model.withGraph(model.graph().withNodes(nodes));
  }
}
