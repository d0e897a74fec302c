package dev.skerry.runtime.data;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.media.ElementWriter;
import dev.skerry.runtime.media.GraphInput;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Noise in the declared range, the same for the same seed: pictures of uniform grey levels, sound
 * of -12 dB, numbers of a standard normal distribution.
 *
 * @param freeAxis what axes measure whose size the model leaves open, batches apart; 0 to refuse
 *     them
 */
record RandomRecords(List<GraphInput> inputs, int size, long seed, long freeAxis)
    implements SampleRecords {
  /** A quarter of full scale, in the units of 16-bit samples. */
  private static final double LOUDNESS = 8192;

  @Override
  public String name(int index) {
    return "random[" + index + "]";
  }

  @Override
  public int label(int index) {
    return Sample.NO_LABEL;
  }

  @Override
  public Reader reader() {
    RandomGeneratorFactory<RandomGenerator> factory = RandomGeneratorFactory.of("L64X128MixRandom");
    return (index, into) -> {
      RandomGenerator random = factory.create(seed + index);
      SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
      inputs.forEach(input -> sample.put(input.name(), noise(input, random, into)));
      return sample;
    };
  }

  private Tensor noise(GraphInput input, RandomGenerator random, TensorBuffers into) {
    long[] dims = dims(input);
    long count = Tensor.elementCount(dims);
    MemorySegment memory = into.of(input.name(), input.type().bytes(count));
    ElementWriter writer = ElementWriter.of(input.type());
    Normalization.Line[] lines = input.spec().normalization().lines();
    for (long i = 0; i < count; i++) {
      double raw = raw(input.spec(), random);
      writer.put(memory, i, lines[(int) (i % lines.length)].apply(raw));
    }
    return Tensor.of(input.type(), dims, memory);
  }

  private static double raw(InputSpec spec, RandomGenerator random) {
    return switch (spec) {
      case InputSpec.Image _ -> random.nextInt(256);
      case InputSpec.Audio _ -> random.nextDouble(-LOUDNESS, LOUDNESS);
      case InputSpec.Array _, InputSpec.State _ -> random.nextGaussian();
      case InputSpec.Constant(double value) -> value;
    };
  }

  /** The declared shape with a batch of one. */
  private long[] dims(GraphInput input) {
    List<Dimension> axes = input.shape();
    if (axes == null) {
      throw refused(input);
    }
    long[] dims = new long[axes.size()];
    for (int axis = 0; axis < dims.length; axis++) {
      if (axes.get(axis) instanceof Dimension.Fixed(long fixed)) {
        dims[axis] = fixed;
      } else if (isBatch(axes, axis)) {
        dims[axis] = 1;
      } else if (freeAxis == 0) {
        throw refused(input);
      } else {
        dims[axis] = freeAxis;
      }
    }
    return dims;
  }

  private static SkerryException refused(GraphInput input) {
    return new SkerryException(
        ErrorCode.BAD_DATA,
        "input \"%s\" takes %s, so random data cannot be made for it; give data"
            .formatted(input.name(), input.shapeText()));
  }

  /**
   * Whether the free {@code axis} counts samples: the first one, the second of a recurrent state
   * [layers, batch, features], and any of the same name as a first one.
   */
  private boolean isBatch(List<Dimension> axes, int axis) {
    return axis == 0
        || (axis == 1 && isFixed(axes.getFirst()))
        || (axes.get(axis) instanceof Dimension.Symbol
            && inputs.stream()
                .anyMatch(other ->
                    other.shape() != null
                        && !other.shape().isEmpty()
                        && other.shape().getFirst().equals(axes.get(axis))));
  }

  private static boolean isFixed(Dimension axis) {
    return axis instanceof Dimension.Fixed;
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
