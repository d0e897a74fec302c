package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * How the gradients of convolutions are computed, by the first output of the convolution. Which
 * form is fastest depends on shapes and machine.
 */
public record ConvForms(Map<String, WeightForm> weights, Map<String, InputForm> inputs) {
  /** Ways to compute the gradient of a convolution's weights; they differ in time alone. */
  public enum WeightForm {
    /** Input and gradient with batch and channels swapped, convolved with one another. */
    CORRELATION,
    /** Windows as columns, one product per sample, then a sum over samples. */
    COLUMNS,
    /** Windows as columns of all samples, one product. */
    ONE_PRODUCT
  }

  /** Ways to compute the gradient of a convolution's input. */
  public enum InputForm {
    /** A transposed convolution. */
    TRANSPOSED,
    /** A convolution with the mirrored kernel; for strides of 1. */
    MIRRORED
  }

  private static final int FEW_CHANNELS = 4;
  private static final int MANY_PLACES = 128;
  private static final int MANY_TAPS = 128;

  public ConvForms {
    weights = Map.copyOf(weights);
    inputs = Map.copyOf(inputs);
  }

  /** The usual forms everywhere. */
  public static ConvForms usual() {
    return new ConvForms(Map.of(), Map.of());
  }

  /** These forms, with others for one convolution. */
  public ConvForms with(String convolution, WeightForm weight, InputForm input) {
    Map<String, WeightForm> changedWeights = new HashMap<>(weights);
    Map<String, InputForm> changedInputs = new HashMap<>(inputs);
    changedWeights.put(convolution, weight);
    changedInputs.put(convolution, input);
    return new ConvForms(changedWeights, changedInputs);
  }

  /** The chosen form, or the one that was fastest for such shapes on a machine with AVX-512. */
  WeightForm weight(String convolution, Windows windows, long[] kernel, long group) {
    WeightForm chosen = weights.get(convolution);
    if (chosen != null) {
      return chosen;
    }
    if (Tensor.elementCount(windows.sizes()) > MANY_TAPS) {
      return WeightForm.CORRELATION; // columns take the square of their number
    }
    long places = Tensor.elementCount(windows.outputs());
    boolean small =
        group == 1
            && kernel[1] > FEW_CHANNELS
            && places < MANY_PLACES
            && windows.isUnit(windows.strides())
            && !windows.isUnit(windows.sizes());
    return small ? WeightForm.ONE_PRODUCT : WeightForm.COLUMNS;
  }

  InputForm input(String convolution) {
    return inputs.getOrDefault(convolution, InputForm.MIRRORED);
  }
}
