package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.observe.Observer;
import dev.skerry.optimize.simplify.ModelSketch;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BiasCorrectionTest {
  @Test
  void sequential_convolutionsInARow_bringsTheMeanOfEachChannelBack() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 8, 6, 6)
            .weights("w1", 16, 8, 3, 3)
            .weights("w2", 8, 16, 3, 3)
            .node("Conv", "x w1", "a")
            .node("Relu", "a", "r")
            .node("Conv", "r w2", "y")
            .output("y")
            .model();
    List<Map<String, Tensor>> samples = QuantizerTest.inputs(model, 16);
    Placement placement = new Placement(new GraphIndex(model.graph()), Set.of());
    Observations seen =
        Observer.observe(
            model, new LinkedHashSet<>(placement.quantizedValues()), samples.iterator());
    Calibration grids = Calibration.perTensor(seen, IntegerType.UINT8);
    IntegerType weights = IntegerType.INT8_SYMMETRIC;

    Map<String, float[]> found =
        BiasCorrection.sequential(model, placement, grids, weights, samples);
    Model plain = Quantizer.quantize(model, placement, grids, weights, Map.of());
    Model corrected = Quantizer.quantize(model, placement, grids, weights, found);

    assertThat(found).containsOnlyKeys("a", "y");
    assertThat(meanError(model, corrected, samples))
        .isLessThan(meanError(model, plain, samples) / 2);
  }

  @Test
  void sequential_branchesThatMeet_bringsTheMeanOfEachChannelBack() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 8, 6, 6)
            .weights("w1", 8, 8, 3, 3)
            .weights("w2", 8, 8, 3, 3)
            .weights("w3", 8, 8, 1, 1)
            .node("Conv", "x w1", "a")
            .ints("pads", 1, 1, 1, 1)
            .node("Relu", "a", "r")
            .node("Conv", "r w2", "b")
            .ints("pads", 1, 1, 1, 1)
            .node("Add", "b r", "s")
            .node("Conv", "s w3", "y")
            .output("y")
            .model();
    List<Map<String, Tensor>> samples = QuantizerTest.inputs(model, 16);
    Calibration grids = grids(model, samples);
    Placement placement = new Placement(new GraphIndex(model.graph()), Set.of("b"));
    IntegerType weights = IntegerType.INT8_SYMMETRIC;

    Map<String, float[]> found =
        BiasCorrection.sequential(model, placement, grids, weights, samples);
    Model plain = Quantizer.quantize(model, placement, grids, weights, Map.of());
    Model corrected = Quantizer.quantize(model, placement, grids, weights, found);

    assertThat(found).containsOnlyKeys("a", "y");
    // Before the output's own grid rounds and clips, what is left comes from kernels that round
    // a few values the other way once they are fused.
    assertThat(meanError(model, beforeGrid(corrected), samples))
        .isLessThan(meanError(model, beforeGrid(plain), samples) / 20);
  }

  private static Model beforeGrid(Model quantized) {
    Graph graph = quantized.graph();
    ValueInfo raw = new ValueInfo("y_raw", null, Bytes.EMPTY);
    return quantized.withGraph(graph.withOutputs(List.of(raw)));
  }

  private static Calibration grids(Model model, List<Map<String, Tensor>> samples) {
    Placement everywhere = new Placement(new GraphIndex(model.graph()), Set.of());
    Observations seen =
        Observer.observe(
            model, new LinkedHashSet<>(everywhere.quantizedValues()), samples.iterator());
    return Calibration.perTensor(seen, IntegerType.UINT8);
  }

  /** Mean over the channels of the magnitude of the mean error. */
  private static double meanError(Model model, Model other, List<Map<String, Tensor>> samples) {
    double[] sums = new double[8];
    for (Map<String, Tensor> sample : samples) {
      float[] wanted = Noise.run(model, sample).getFirst().toFloats();
      float[] given = Noise.run(other, sample).getFirst().toFloats();
      for (int i = 0; i < wanted.length; i++) {
        sums[i * 8 / wanted.length] += (given[i] - wanted[i]) / (double) wanted.length;
      }
    }
    double error = 0;
    for (double sum : sums) {
      error += Math.abs(sum);
    }
    return error;
  }
}
