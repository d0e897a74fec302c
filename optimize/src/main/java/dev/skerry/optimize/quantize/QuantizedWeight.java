package dev.skerry.optimize.quantize;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;

/**
 * A weight tensor on a symmetric integer grid per output channel.
 *
 * @param integers the same shape as the float weight
 * @param steps one per output channel
 * @param channelAxis the axis of {@code integers} that counts output channels
 */
public record QuantizedWeight(Tensor integers, float[] steps, int channelAxis) {
  /** Clipping factors tried per channel; 1 keeps the largest weight exact. */
  private static final double[] CLIPS = {1, 0.975, 0.95, 0.925, 0.9, 0.85, 0.8};

  /**
   * Rounds {@code weight} per channel, with the clipping that leaves the least squared error.
   *
   * @param leastSteps a lower bound per channel, or an empty array for none
   */
  public static QuantizedWeight of(
      Tensor weight, int channelAxis, IntegerType type, float[] leastSteps) {
    float[] values = weight.toFloats();
    int channels = Math.toIntExact(weight.dim(channelAxis));
    int inner = innerStride(weight, channelAxis);
    float[] steps = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      float least = leastSteps.length == 0 ? 0 : leastSteps[channel];
      steps[channel] = bestStep(values, channel, channels, inner, type, least);
    }
    return rounded(weight, channelAxis, type, steps);
  }

  /** Rounds {@code weight} per channel on a grid of these {@code steps}. */
  static QuantizedWeight rounded(Tensor weight, int channelAxis, IntegerType type, float[] steps) {
    float[] values = weight.toFloats();
    int inner = innerStride(weight, channelAxis);
    byte[] integers = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] =
          (byte) type.clamp((long) Math.rint(values[i] / steps[i / inner % steps.length]));
    }
    return new QuantizedWeight(
        Tensor.ofBytes(DataType.INT8, weight.dims(), integers), steps, channelAxis);
  }

  private static int innerStride(Tensor weight, int channelAxis) {
    long inner = 1;
    for (int axis = channelAxis + 1; axis < weight.rank(); axis++) {
      inner *= weight.dim(axis);
    }
    return Math.toIntExact(inner);
  }

  private static float bestStep(
      float[] values, int channel, int channels, int inner, IntegerType type, float least) {
    double largest = 0;
    for (int start = channel * inner; start < values.length; start += channels * inner) {
      for (int i = start; i < start + inner; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
    }
    float best = Scale.symmetric(largest, type).step();
    if (largest == 0 || best < least) {
      return Math.max(best, least);
    }
    double leastError = Double.POSITIVE_INFINITY;
    for (double clip : CLIPS) {
      float step = Math.max(Scale.symmetric(largest * clip, type).step(), least);
      double error = 0;
      for (int start = channel * inner; start < values.length; start += channels * inner) {
        for (int i = start; i < start + inner; i++) {
          double rounded = type.clamp((long) Math.rint(values[i] / step)) * (double) step;
          error += (values[i] - rounded) * (values[i] - rounded);
        }
      }
      if (error < leastError) {
        leastError = error;
        best = step;
      }
    }
    return best;
  }
}
