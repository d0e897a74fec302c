package dev.skerry.runtime.media;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.Normalization;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One input of the graph as data has to meet it.
 *
 * @param type of its elements; FLOAT when the file does not say
 * @param shape null when the rank is unknown
 */
public record GraphInput(
    String name, DataType type, @Nullable List<Dimension> shape, InputSpec spec) {

  private static final long ALIGNMENT_BYTES = 64;

  /** All inputs that a caller must give; one without a description takes numbers as they are. */
  public static List<GraphInput> of(ModelDescription description, Model model) {
    Map<String, InputSpec> specs = description.asIn(model).inputs();
    List<GraphInput> inputs = new ArrayList<>();
    for (ValueInfo value : model.graph().requiredInputs()) {
      InputSpec spec = specs.getOrDefault(value.name(), new InputSpec.Array(Normalization.NONE));
      Type.Tensor tensor = value.type() instanceof Type.Tensor known ? known : null;
      DataType type = tensor == null ? null : tensor.element();
      inputs.add(
          new GraphInput(
              value.name(),
              type == null ? DataType.FLOAT : type,
              tensor == null ? null : tensor.shape(),
              spec));
    }
    return inputs;
  }

  /** The declared shape as people write it. */
  public String shapeText() {
    List<Dimension> axes = shape;
    return axes == null
        ? "any shape"
        : axes.stream().map(Dimension::text).collect(Collectors.joining(", ", "[", "]"));
  }

  /** Whether the graph takes just these sizes, as far as it says. */
  public boolean allows(long... dims) {
    List<Dimension> axes = shape;
    if (axes == null) {
      return true;
    }
    boolean fits = axes.size() == dims.length;
    for (int i = 0; fits && i < dims.length; i++) {
      fits = !(axes.get(i) instanceof Dimension.Fixed(long size)) || size == dims[i];
    }
    return fits;
  }

  /**
   * What one sample of {@code sizes} becomes: a batch of one where the graph has a batch axis, the
   * sizes alone where they are already what it takes.
   */
  public long[] sampleDims(String place, long... sizes) {
    long[] batch = LongStream.concat(LongStream.of(1), LongStream.of(sizes)).toArray();
    if (allows(batch)) {
      return batch;
    }
    if (allows(sizes)) {
      return sizes;
    }
    throw new SkerryException(
        ErrorCode.BAD_DATA,
        "%s: one sample is %s, but the model's input \"%s\" takes %s, the first axis being the batch"
            .formatted(place, Arrays.toString(sizes), name, shapeText()));
  }

  /**
   * The dims under which {@code count} values in a row fit the graph as a batch of one: the
   * declared shape with its one open axis worked out.
   *
   * @param natural used when the graph leaves two or more axes open
   */
  public long[] dimsFor(long count, long... natural) {
    List<Dimension> axes = shape;
    if (axes == null || axes.isEmpty()) {
      return natural;
    }
    long[] dims = new long[axes.size()];
    dims[0] = 1;
    int open = 0;
    long known = 1;
    for (int i = 1; i < dims.length; i++) {
      dims[i] = axes.get(i) instanceof Dimension.Fixed(long size) ? size : -1;
      open += dims[i] < 0 ? 1 : 0;
      known *= Math.max(1, dims[i]);
    }
    if (open > 1) {
      return natural;
    }
    for (int i = 1; i < dims.length; i++) {
      dims[i] = dims[i] < 0 ? count / known : dims[i];
    }
    return dims;
  }

  /** The only input that callers give, when it takes media. */
  public static Optional<GraphInput> ofMedia(List<GraphInput> inputs) {
    List<GraphInput> given = inputs.stream().filter(input -> input.spec.isGiven()).toList();
    return given.size() == 1 && !(given.getFirst().spec instanceof InputSpec.Array)
        ? Optional.of(given.getFirst())
        : Optional.empty();
  }

  /**
   * What a state is at the beginning of a sequence, or a constant always is: one number in every
   * element, in memory of the garbage collector. Open sizes are 1.
   *
   * @throws SkerryException BAD_DATA if the graph says nothing of its rank, or has texts there
   */
  public Tensor filled() {
    double value = spec instanceof InputSpec.Constant(double number) ? number : 0;
    List<Dimension> axes = shape;
    if (axes == null || type == DataType.STRING) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "input \"%s\" takes %s %s, which cannot be made; give it"
              .formatted(name, type, shapeText()));
    }
    long[] dims =
        axes.stream()
            .mapToLong(axis -> axis instanceof Dimension.Fixed(long size) ? size : 1)
            .toArray();
    long count = Tensor.elementCount(dims);
    MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, type.bytes(count)), ALIGNMENT_BYTES);
    ElementWriter writer = ElementWriter.of(type);
    for (long i = 0; i < count; i++) {
      writer.put(memory, i, value);
    }
    return Tensor.of(type, dims, memory.asSlice(0, type.bytes(count)));
  }
}
