package dev.skerry.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.moments.Moments;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.NodeTime;
import dev.skerry.runtime.Profile;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The forms that need no calibration: each must stay near the float model and be smaller. */
final class LightFormsTest {
  @Test
  void dynamic_matrices_stayNearAndShrink() {
    Model model = matrices();
    DynamicQuantizer.Result result =
        DynamicQuantizer.quantize(model.graph(), IntegerType.INT8_SYMMETRIC);
    Model dynamic = model.withGraph(result.graph());

    assertThat(result.changed()).containsExactlyInAnyOrder("h", "y");
    requireNearAndSmaller(model, dynamic, 30);
  }

  @Test
  void dynamic_lstm_staysNearAndShrinks() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 5, 1, 32)
            .weights("w", 1, 128, 32)
            .weights("r", 1, 128, 32)
            .weights("b", 1, 256)
            .node("LSTM", "x w r b", "y")
            .with("hidden_size", 32)
            .output("y")
            .model();
    Model dynamic =
        model
            .withGraph(DynamicQuantizer.quantize(model.graph(), IntegerType.INT8_SYMMETRIC).graph())
            .withOpset("com.microsoft", 1);

    requireNearAndSmaller(model, dynamic, 25);
  }

  @Test
  void dynamic_lstmThatSpellsItsLayoutOut_runs() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 5, 1, 32)
            .weights("w", 1, 128, 32)
            .weights("r", 1, 128, 32)
            .node("LSTM", "x w r", "y")
            .with("hidden_size", 32)
            .with("layout", 0)
            .output("y")
            .model();
    Model dynamic =
        model
            .withGraph(DynamicQuantizer.quantize(model.graph(), IntegerType.INT8_SYMMETRIC).graph())
            .withOpset("com.microsoft", 1);

    requireNearAndSmaller(model, dynamic, 25);
  }

  @Test
  void weightStorage_constantsThatHalfPrecisionCannotHold_stayAsTheyAre() {
    float[] large = new float[512];
    float[] small = new float[512];
    Arrays.fill(large, 1e6f);
    Arrays.fill(small, 1e-9f);
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 512)
            .constant("large", Tensor.ofFloats(new long[] {512}, large))
            .constant("small", Tensor.ofFloats(new long[] {512}, small))
            .node("Mul", "x small", "s")
            .node("Mul", "s large", "y")
            .output("y")
            .model();

    assertThat(WeightStorage.narrow(model.graph())).isEqualTo(model.graph());
  }

  @Test
  void blocks_ofEightAndFourBits_stayNearAndShrink() {
    Model model = matrices();
    requireNearAndSmaller(model, blocks(model, 8), 30);
    requireNearAndSmaller(model, blocks(model, 4), 12);
  }

  private static Model blocks(Model model, int bits) {
    return model
        .withGraph(BlockQuantizer.quantize(model.graph(), bits, 32, Moments.NONE))
        .withOpset("com.microsoft", 1);
  }

  @Test
  void blocks_inputsThatVaryTogether_loseLessThanByNearest() {
    Model model = matrices();
    List<Map<String, Tensor>> samples = varyingTogether(64);
    Moments moments = BlockQuantizer.inputs(model, samples.subList(0, 48));

    double nearest = Noise.decibels(model, blocks(model, 4), samples.subList(48, 64));
    double passedOn =
        Noise.decibels(
            model,
            model
                .withGraph(BlockQuantizer.quantize(model.graph(), 4, 32, moments))
                .withOpset("com.microsoft", 1),
            samples.subList(48, 64));

    assertThat(moments.values()).containsOnlyKeys("h", "y");
    assertThat(passedOn).isGreaterThan(nearest + 3);
  }

  /** 128 numbers each that are sums of 24, as activations of real networks are, and some noise. */
  private static List<Map<String, Tensor>> varyingTogether(int count) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] patterns = new double[24][128];
    for (double[] pattern : patterns) {
      Arrays.setAll(pattern, _ -> random.nextGaussian() / 5);
    }
    List<Map<String, Tensor>> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[3 * 128];
      for (int row = 0; row < 3; row++) {
        for (double[] pattern : patterns) {
          double share = random.nextGaussian();
          for (int k = 0; k < 128; k++) {
            values[row * 128 + k] += (float) (share * pattern[k] + 0.01 * random.nextGaussian());
          }
        }
      }
      samples.add(Map.of("x", Tensor.ofFloats(new long[] {3, 128}, values)));
    }
    return samples;
  }

  @Test
  void halfPrecision_stayNearAndShrink() {
    Model model = matrices();

    assertThat(HalfPrecision.refuses(model)).isEmpty();
    requireNearAndSmaller(model, HalfPrecision.convert(model), 55);
  }

  @Test
  void weightStorage_convolution_shrinksTheFileButNotWhatRuns() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 16, 8, 8)
            .weights("w", 32, 16, 3, 3)
            .node("Conv", "x w", "y")
            .output("y")
            .model();
    Model narrow = model.withGraph(WeightStorage.narrow(model.graph()));

    requireNearAndSmaller(model, narrow, 60);
    List<String> ops =
        Profile.of(narrow, QuantizerTest.inputs(model, 1).getFirst(), SessionConfig.standard(), 3)
            .nodes()
            .stream()
            .map(NodeTime::op)
            .toList();
    assertThat(ops).contains("Conv").doesNotContain("Cast", "Mul");
  }

  @Test
  void equalization_convolutionsInARow_computesTheSameWithEvenerChannels() {
    Model model =
        ModelSketch.opset(17)
            .input("x", 1, 8, 8, 8)
            .weights("w1", 16, 8, 1, 1)
            .weights("b1", 16)
            .weights("w2", 16, 1, 3, 3)
            .weights("w3", 4, 16, 1, 1)
            .node("Conv", "x w1 b1", "c1")
            .node("Relu", "c1", "r1")
            .node("Conv", "r1 w2", "c2")
            .with("group", Attribute.of(16))
            .node("Relu", "c2", "r2")
            .node("Conv", "r2 w3", "y")
            .output("y")
            .model();
    Model equalized = Equalization.equalize(model);

    assertThat(equalized.graph().initializers().get("w1"))
        .isNotSameAs(model.graph().initializers().get("w1"));
    assertThat(Noise.decibels(model, equalized, QuantizerTest.inputs(model, 4))).isGreaterThan(100);
  }

  private static Model matrices() {
    return ModelSketch.opset(17)
        .input("x", 3, 128)
        .weights("w1", 128, 64)
        .weights("w2", 64, 64)
        .node("MatMul", "x w1", "h")
        .node("Tanh", "h", "t")
        .node("MatMul", "t w2", "y")
        .output("y")
        .model();
  }

  private static void requireNearAndSmaller(Model model, Model changed, double decibels) {
    assertThat(Verifier.verify(changed)).isEmpty();
    assertThat(Noise.decibels(model, changed, QuantizerTest.inputs(model, 4)))
        .isGreaterThan(decibels);
    assertThat(ModelWriter.toBytes(changed).length)
        .isLessThan(ModelWriter.toBytes(model).length * 3 / 4);
  }
}
