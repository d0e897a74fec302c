package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Random tensors for a model's inputs: numbers from 0 to 1, integers 0 or 1. */
final class SampleInputs {
  private SampleInputs() {}

  /**
   * @param sizes sizes of the free axes by {@link SampleSizes#symbol}
   * @throws SkerryException BAD_MODEL for inputs that are not tensors of numbers
   */
  static Map<String, Tensor> of(
      List<ValueInfo> inputs, Map<String, Long> sizes, RandomGenerator random) {
    Map<String, Tensor> sample = new HashMap<>();
    for (ValueInfo input : inputs) {
      if (!(input.type() instanceof Type.Tensor(DataType element, var _))
          || element == null
          || element.bits() == 0) {
        throw new SkerryException(
            ErrorCode.BAD_MODEL,
            "no sample can be made for input '%s': it is not a tensor of numbers"
                .formatted(input.name()));
      }
      List<Dimension> axes = SampleSizes.axes(input);
      long[] dims = new long[axes.size()];
      for (int axis = 0; axis < dims.length; axis++) {
        dims[axis] =
            axes.get(axis) instanceof Dimension.Fixed(long size)
                ? size
                : sizes.getOrDefault(SampleSizes.symbol(input, axis, axes.get(axis)), 1L);
      }
      sample.put(input.name(), tensor(element, dims, random));
    }
    return sample;
  }

  private static Tensor tensor(DataType type, long[] dims, RandomGenerator random) {
    int count = Math.toIntExact(Tensor.elementCount(dims));
    byte[] bytes = new byte[Math.toIntExact(type.bytes(count))];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT -> buffer.putFloat(random.nextFloat());
        case DOUBLE -> buffer.putDouble(random.nextDouble());
        case FLOAT16 -> buffer.putShort(Float.floatToFloat16(random.nextFloat()));
        case BFLOAT16 ->
            buffer.putShort((short) (Float.floatToRawIntBits(random.nextFloat()) >> 16));
        case INT64, UINT64 -> buffer.putLong(random.nextInt(2));
        case INT32, UINT32 -> buffer.putInt(random.nextInt(2));
        case INT16, UINT16 -> buffer.putShort((short) random.nextInt(2));
        case INT8, UINT8, BOOL -> buffer.put((byte) random.nextInt(2));
        case STRING, COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2 -> {}
        case FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0, UINT4, INT4, UINT2, INT2 -> {}
      }
    }
    return Tensor.ofBytes(type, dims, bytes);
  }
}
