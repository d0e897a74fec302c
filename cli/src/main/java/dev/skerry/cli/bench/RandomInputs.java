package dev.skerry.cli.bench;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/**
 * Tensors of the right type and shape for a model of which nothing else is known: floating-point
 * elements from a standard normal distribution, integers all 1 (a number that most indices and
 * sizes can be), booleans true.
 */
public final class RandomInputs {
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private final Map<String, Long> sizes;
  private final Map<String, long[]> shapes;
  private final RandomGenerator random;

  private RandomInputs(
      Map<String, Long> sizes, Map<String, long[]> shapes, RandomGenerator random) {
    this.sizes = sizes;
    this.shapes = shapes;
    this.random = random;
  }

  /** Whether an axis of an input has no declared size. */
  public static boolean leavesSizesOpen(List<ValueInfo> inputs) {
    return inputs.stream()
        .flatMap(input -> axes(input).stream())
        .anyMatch(axis -> !(axis instanceof Dimension.Fixed));
  }

  /**
   * One tensor per input.
   *
   * @param sizes of axes by their name, such as {@code batch}; axes that are not named here are 1
   * @param shapes of whole inputs by their name, in place of what is declared
   * @throws SkerryException USAGE if a size or shape is for nothing there is, BAD_MODEL if an input
   *     is no tensor of numbers
   */
  public static SequencedMap<String, Tensor> of(
      List<ValueInfo> inputs,
      Map<String, Long> sizes,
      Map<String, long[]> shapes,
      RandomGenerator random) {
    RandomInputs maker = new RandomInputs(sizes, shapes, random);
    maker.requireKnown(inputs);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (ValueInfo input : inputs) {
      tensors.put(input.name(), maker.tensor(input));
    }
    return tensors;
  }

  private void requireKnown(List<ValueInfo> inputs) {
    List<String> names = inputs.stream().map(ValueInfo::name).toList();
    for (String name : shapes.keySet()) {
      if (!names.contains(name)) {
        throw new SkerryException(
            ErrorCode.USAGE, "--shape %s: there is no such input, only %s".formatted(name, names));
      }
    }
    List<String> known =
        inputs.stream()
            .flatMap(input -> axes(input).stream())
            .filter(Dimension.Symbol.class::isInstance)
            .map(Dimension::text)
            .distinct()
            .toList();
    for (String name : sizes.keySet()) {
      if (!known.contains(name)) {
        throw new SkerryException(
            ErrorCode.USAGE,
            "--dim %s: no input has an axis of this name; %s"
                .formatted(name, known.isEmpty() ? "all sizes are fixed" : "there are " + known));
      }
    }
  }

  private static List<Dimension> axes(ValueInfo input) {
    return input.type() instanceof Type.Tensor tensor
            && tensor.shape() instanceof List<Dimension> axes
        ? axes
        : List.of();
  }

  private Tensor tensor(ValueInfo input) {
    DataType type = input.type() instanceof Type.Tensor tensor ? tensor.element() : null;
    if (type == null || type == DataType.STRING) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "input '%s' is no tensor of numbers, so none can be made up; give --data"
              .formatted(input.name()));
    }
    long[] declared = axes(input).stream().mapToLong(this::size).toArray();
    long[] dims = shapes.getOrDefault(input.name(), declared);
    long count = Tensor.elementCount(dims);
    MemorySegment memory = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(count))]);
    for (long i = 0; i < count; i++) {
      put(memory, type, i);
    }
    return Tensor.of(type, dims, memory);
  }

  private long size(Dimension axis) {
    return switch (axis) {
      case Dimension.Fixed(long size) -> size;
      case Dimension.Symbol(String name) -> sizes.getOrDefault(name, 1L);
      case Dimension.Unknown() -> 1;
    };
  }

  private void put(MemorySegment memory, DataType type, long i) {
    switch (type) {
      case FLOAT ->
          memory.set(
              ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER),
              i * 4,
              (float) random.nextGaussian());
      case DOUBLE ->
          memory.set(
              ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER), i * 8, random.nextGaussian());
      case FLOAT16 ->
          memory.set(
              ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER),
              i * 2,
              Float.floatToFloat16((float) random.nextGaussian()));
      case INT8, UINT8, BOOL -> memory.set(ValueLayout.JAVA_BYTE, i, (byte) 1);
      case INT16, UINT16 ->
          memory.set(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER), i * 2, (short) 1);
      case INT32, UINT32 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER), i * 4, 1);
      case INT64, UINT64 -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER), i * 8, 1L);
      case BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ -> {} // zeros
      case UINT4, INT4, UINT2, INT2, FLOAT4E2M1, FLOAT8E8M0 -> {} // zeros
      case STRING, COMPLEX64, COMPLEX128 -> {} // refused above, or zeros
    }
  }
}
