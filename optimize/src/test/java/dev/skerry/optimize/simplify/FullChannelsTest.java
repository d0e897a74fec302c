package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FullChannelsTest {
  @Test
  void apply_planes_arePadded() {
    Graph after =
        rule(new FullChannels())
            .firesOn(
                convolution(ModelSketch.opset(13).input("x", "N", 3, 8, 8), "x", 16, 3),
                "Pad",
                "QuantizeLinear",
                "DequantizeLinear",
                "DequantizeLinear",
                "Conv");

    assertThat(after.initializers().values())
        .anyMatch(
            tensor -> tensor.type() == DataType.INT8 && tensor.rank() == 4 && tensor.dim(1) == 4);
  }

  @Test
  void apply_channelsLast_areMultiplied() {
    rule(new FullChannels())
        .firesOn(
            convolution(transposed().input("x", "N", 8, 8, 1), "t", 24, 1),
            "MatMul",
            "Transpose",
            "QuantizeLinear",
            "DequantizeLinear",
            "DequantizeLinear",
            "Conv");
  }

  @Test
  void apply_planesWantedElsewhere_arePadded() {
    rule(new FullChannels())
        .firesOn(
            convolution(transposed().input("x", "N", 8, 8, 3), "t", 16, 3).output("t"),
            "Transpose",
            "Pad",
            "QuantizeLinear",
            "DequantizeLinear",
            "DequantizeLinear",
            "Conv");
  }

  @Test
  void apply_noFastKernel_doesNotFire() {
    rule(new FullChannels())
        .doesNotFireOn(
            convolution(ModelSketch.opset(13).input("x", "N", 3, 8, 8), "x", 8, 3),
            "fewer than 16 outputs");
    rule(new FullChannels())
        .doesNotFireOn(
            convolution(ModelSketch.opset(13).input("x", "N", 4, 8, 8), "x", 16, 4),
            "channels are full");
  }

  private static ModelSketch transposed() {
    return ModelSketch.opset(13).node("Transpose", "x", "t").ints("perm", 0, 3, 1, 2);
  }

  private static ModelSketch convolution(ModelSketch sketch, String x, int outputs, int channels) {
    byte[] weights = new byte[outputs * channels * 9];
    new SplittableRandom(3).nextBytes(weights);
    float[] scales = new float[outputs];
    Arrays.fill(scales, 0.01f);
    return sketch
        .constant("s", Tensor.scalar(0.01f))
        .constant("z", Tensor.ofBytes(DataType.UINT8, new long[0], (byte) 100))
        .constant("w", Tensor.ofBytes(DataType.INT8, new long[] {outputs, channels, 3, 3}, weights))
        .constant("ws", Tensor.ofFloats(new long[] {outputs}, scales))
        .constant("wz", Tensor.ofBytes(DataType.INT8, new long[] {outputs}, new byte[outputs]))
        .node("QuantizeLinear", x + " s z", "q")
        .node("DequantizeLinear", "q s z", "d")
        .node("DequantizeLinear", "w ws wz", "wd")
        .with("axis", 0)
        .node("Conv", "d wd", "y")
        .output("y");
  }
}
