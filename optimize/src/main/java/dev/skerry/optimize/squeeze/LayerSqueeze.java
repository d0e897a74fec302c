package dev.skerry.optimize.squeeze;

import dev.skerry.graph.Tensor;
import dev.skerry.optimize.moments.Moments;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** Chooses the steps and the levels of one layer. */
final class LayerSqueeze {
  /**
   * Steps that are tried, as shares of the one that would be best if all levels near zero were as
   * probable: coarser ones are cheaper in themselves, with finer ones more can be chosen.
   */
  private static final double[] FINENESS = {0.5, 0.7, 1};

  /** Times that levels are chosen by the bits that levels of the time before took. */
  private static final int PASSES = 2;

  private final IntegerLayer layer;
  private final LayerInputs inputs;
  private final float[][] weights; // [outs][ins]
  private final float[] steps; // [outs]
  private final int run; // inputs that lie together
  private final int most; // the largest magnitude of a level
  private final double bitsBefore;
  private final double energy; // mean square of all outputs together

  /**
   * Levels with their steps.
   *
   * @param levels [outs][ins]
   * @param steps of each output
   * @param error squared, of all outputs together
   * @param bits of all levels
   */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  record Choice(byte[][] levels, float[] steps, double error, double bits) {}

  private LayerSqueeze(
      IntegerLayer layer, LayerInputs inputs, byte[][] levels, float[] steps, int run) {
    this.layer = layer;
    this.inputs = inputs;
    this.steps = steps;
    this.run = run;
    this.weights = new float[levels.length][layer.ins()];
    int largest = 1;
    for (int i = 0; i < levels.length; i++) {
      for (int j = 0; j < layer.ins(); j++) {
        weights[i][j] = levels[i][j] * steps[i];
        largest = Math.max(largest, Math.abs(levels[i][j]));
      }
    }
    this.most = largest;
    this.bitsBefore = new Rates(levels, run, most).total();
    this.energy =
        IntStream.range(0, weights.length)
            .parallel()
            .mapToDouble(out -> inputs.energy(out, weights[out]))
            .sum();
  }

  /** The layer as it is, over inputs with these {@code moments}. */
  static LayerSqueeze of(
      IntegerLayer layer, Moments.Statistic moments, Map<String, Tensor> constants) {
    Tensor integers = Objects.requireNonNull(constants.get(layer.weight().input(0)));
    Tensor steps = Objects.requireNonNull(constants.get(layer.weight().input(1)));
    return new LayerSqueeze(
        layer,
        new LayerInputs(layer, moments, layer.bias().isPresent()),
        layer.levels(integers),
        steps.toFloats(),
        layer.run(integers));
  }

  IntegerLayer layer() {
    return layer;
  }

  float stepBefore(int out) {
    return steps[out];
  }

  /** Bits of all levels as they are. */
  double bitsBefore() {
    return bitsBefore;
  }

  /**
   * The choice for which error and bits together cost least.
   *
   * @param price of a bit, as a share of the mean square of the layer's outputs
   */
  Choice cheapest(double price) {
    double bit = price * energy;
    // where d(step² / 12 · pivot) = bit · d(log2(step)), at many levels
    double ideal = Math.sqrt(6 * bit / (Math.log(2) * inputs.meanPivot()));
    Choice best = choose(ideal * FINENESS[0], bit);
    for (int i = 1; i < FINENESS.length; i++) {
      Choice other = choose(ideal * FINENESS[i], bit);
      if (other.error() + bit * other.bits() < best.error() + bit * best.bits()) {
        best = other;
      }
    }
    return best;
  }

  private Choice choose(double leastStep, double bit) {
    float[] changed = new float[steps.length];
    for (int i = 0; i < steps.length; i++) {
      changed[i] = Math.max(steps[i], (float) leastStep);
    }
    byte[][] levels = nearest(changed);
    double error = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      Rates rates = new Rates(levels, run, most);
      levels = new byte[weights.length][layer.ins()];
      error = 0;
      for (int group = 0; group < layer.groups(); group++) {
        for (int part = 0; part < layer.parts(); part++) {
          error += round(group, part, changed, bit, rates, levels);
        }
      }
    }
    return new Choice(levels, changed, error, new Rates(levels, run, most).total());
  }

  private byte[][] nearest(float[] changed) {
    byte[][] levels = new byte[weights.length][layer.ins()];
    for (int i = 0; i < levels.length; i++) {
      for (int j = 0; j < layer.ins(); j++) {
        levels[i][j] = (byte) Math.clamp(Math.round(weights[i][j] / changed[i]), -most, most);
      }
    }
    return levels;
  }

  /** Fills in the levels of one part of the sums of a group; gives the squared error. */
  private double round(
      int group, int part, float[] changed, double bit, Rates rates, byte[][] levels) {
    int outs = weights.length / layer.groups();
    int first = group * outs;
    int offset = part * inputs.size();
    LayerInputs.Block block = inputs.block(first, part);
    int[] order = block.order();
    Rounding rounding = new Rounding(block.factor(), most, bit);
    return IntStream.range(0, outs)
        .parallel()
        .mapToDouble(i -> {
          int out = first + i;
          float[] ordered = new float[order.length];
          float[][] bits = new float[order.length][];
          for (int j = 0; j < order.length; j++) {
            ordered[j] = weights[out][offset + order[j]];
            bits[j] = rates.bits(out, offset + order[j]);
          }
          byte[] chosen = new byte[order.length];
          double error = rounding.round(ordered, changed[out], bits, chosen);
          for (int j = 0; j < order.length; j++) {
            levels[out][offset + order[j]] = chosen[j];
          }
          return error;
        })
        .sum();
  }

  /** By how much {@code choice} lets the mean of an output grow. */
  double shift(Choice choice, int out) {
    double[] off = new double[layer.ins()];
    for (int j = 0; j < off.length; j++) {
      off[j] = choice.levels()[out][j] * (double) choice.steps()[out] - weights[out][j];
    }
    return inputs.shift(out, off);
  }
}
