package dev.skerry.optimize.squeeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.DataType;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.observe.Observer;
import dev.skerry.optimize.quantize.Calibration;
import dev.skerry.optimize.quantize.IntegerType;
import dev.skerry.optimize.quantize.Placement;
import dev.skerry.optimize.quantize.Quantizer;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SqueezerTest {
  private static final List<Map<String, Tensor>> SAMPLES = samples(48);
  private static final Model QUANTIZED = quantized(everyLayer(), SAMPLES);

  /** Padding, steps, holes and groups of convolutions, both products, with and without a bias. */
  private static Model everyLayer() {
    return ModelSketch.opset(17)
        .input("x", "N", 8, 10, 10)
        .weights("w1", 16, 8, 3, 3)
        .weights("b1", 16)
        .weights("w2", 16, 1, 3, 3)
        .weights("w3", 24, 4, 3, 3)
        .weights("b3", 24)
        .weights("w4", 360, 32)
        .weights("b4", 32)
        .weights("w5", 32, 12)
        .node("Conv", "x w1 b1", "a")
        .ints("pads", 1, 0, 0, 1)
        .ints("strides", 2, 1)
        .node("Relu", "a", "r")
        .node("Conv", "r w2", "b")
        .with("group", 16)
        .with("auto_pad", "SAME_UPPER")
        .node("Conv", "b w3 b3", "c")
        .with("group", 4)
        .ints("dilations", 1, 2)
        .node("Relu", "c", "s")
        .node("Flatten", "s", "f")
        .node("Gemm", "f w4 b4", "g")
        .node("MatMul", "g w5", "y")
        .output("y")
        .model();
  }

  /** Pictures whose neighbouring elements are alike, and whose channels are, as in real ones. */
  private static List<Map<String, Tensor>> samples(int count) {
    SplittableRandom random = new SplittableRandom(5);
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      float[] x = new float[8 * 100];
      float level = 0;
      for (int i = 0; i < 100; i++) {
        level = 0.8f * level + (float) random.nextGaussian();
        for (int channel = 0; channel < 8; channel++) {
          x[channel * 100 + i] = 1 + level + 0.3f * (float) random.nextGaussian();
        }
      }
      samples.add(Map.of("x", Tensor.ofFloats(new long[] {1, 8, 10, 10}, x)));
    }
    return samples;
  }

  private static Model quantized(Model model, List<Map<String, Tensor>> samples) {
    Placement placement = new Placement(new GraphIndex(model.graph()), Set.of());
    Observations seen =
        Observer.observe(
            model, new LinkedHashSet<>(placement.quantizedValues()), samples.iterator());
    Calibration grids = Calibration.perTensor(seen, IntegerType.UINT8);
    return Quantizer.quantize(model, placement, grids, IntegerType.INT8_SYMMETRIC, Map.of());
  }

  @Test
  void squeeze_withoutStrength_changesNothing() {
    Squeezed squeezed = Squeezer.squeeze(QUANTIZED, SAMPLES, 0);

    assertThat(ModelWriter.toBytes(squeezed.model())).isEqualTo(ModelWriter.toBytes(QUANTIZED));
    assertThat(squeezed.bitsPerWeight()).isEqualTo(squeezed.bitsBefore()).isBetween(6.0, 8.0);
    assertThatThrownBy(() -> Squeezer.squeeze(QUANTIZED, SAMPLES, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void squeeze_everyLayer_changesContentsAlone() {
    Model squeezed = Squeezer.squeeze(QUANTIZED, SAMPLES, 0.05).model();

    Verifier.require(squeezed);
    assertThat(squeezed.graph().nodes()).isEqualTo(QUANTIZED.graph().nodes());
    assertThat(squeezed.graph().initializers().keySet())
        .isEqualTo(QUANTIZED.graph().initializers().keySet());
    int changed = 0;
    for (Map.Entry<String, Tensor> entry : QUANTIZED.graph().initializers().entrySet()) {
      Tensor before = entry.getValue();
      Tensor after = constant(squeezed.graph().initializers(), entry.getKey());
      assertThat(after).asString().isEqualTo(before.toString());
      changed += before.type() == DataType.INT8 && !before.contentEquals(after) ? 1 : 0;
    }
    assertThat(changed).isEqualTo(5);
  }

  @Test
  void squeeze_moreStrength_takesFewerBits() {
    double last = Double.POSITIVE_INFINITY;
    for (double strength : new double[] {0, 0.001, 0.01, 0.1, 1}) {
      double bits = Squeezer.squeeze(QUANTIZED, SAMPLES, strength).bitsPerWeight();
      assertThat(bits).isLessThan(last);
      last = bits;
    }
  }

  @Test
  void squeeze_twice_givesTheSameBytes() {
    byte[] once = ModelWriter.toBytes(Squeezer.squeeze(QUANTIZED, SAMPLES, 0.05).model());

    assertThat(ModelWriter.toBytes(Squeezer.squeeze(QUANTIZED, SAMPLES, 0.05).model()))
        .isEqualTo(once);
  }

  /** Against rounding each weight to its nearest level on the same steps. */
  @Test
  void squeeze_layersInARow_changesAnswersLessThanRoundingToTheSameSteps() {
    Squeezed squeezed = Squeezer.squeeze(QUANTIZED, SAMPLES, 0.05);
    Model rounded = rounded(squeezed.model());

    assertThat(squeezed.bitsPerWeight())
        .isLessThan(Squeezer.squeeze(rounded, SAMPLES, 0).bitsPerWeight());
    assertThat(error(squeezed.model())).isLessThan(error(rounded) / 2);
  }

  /** The quantized model with each weight at the level of {@code steps} nearest to it. */
  private static Model rounded(Model steps) {
    Map<String, Tensor> before = QUANTIZED.graph().initializers();
    LinkedHashMap<String, Tensor> constants = new LinkedHashMap<>(steps.graph().initializers());
    for (IntegerLayer layer : IntegerLayer.of(QUANTIZED.graph())) {
      String integers = layer.weight().input(0);
      byte[][] levels = layer.levels(constant(before, integers));
      for (int out = 0; out < layer.outs(); out++) {
        double old = constant(before, layer.weight().input(1)).asDouble(out);
        double step = constant(constants, layer.weight().input(1)).asDouble(out);
        for (int in = 0; in < layer.ins(); in++) {
          levels[out][in] = (byte) Math.round(levels[out][in] * old / step);
        }
      }
      constants.put(integers, layer.integers(levels, constant(before, integers).dims()));
    }
    return steps.withGraph(steps.graph().withInitializers(constants));
  }

  private static Tensor constant(Map<String, Tensor> constants, String name) {
    return Objects.requireNonNull(constants.get(name));
  }

  private static double error(Model changed) {
    double error = 0;
    try (Session before = Session.open(QUANTIZED, SessionConfig.standard());
        Session after = Session.open(changed, SessionConfig.standard())) {
      for (Map<String, Tensor> sample : samples(96).subList(48, 96)) {
        float[] wanted = before.run(sample).firstEntry().getValue().toFloats();
        float[] given = after.run(sample).firstEntry().getValue().toFloats();
        for (int i = 0; i < wanted.length; i++) {
          error += Math.pow(wanted[i] - given[i], 2);
        }
      }
    }
    return error;
  }
}
