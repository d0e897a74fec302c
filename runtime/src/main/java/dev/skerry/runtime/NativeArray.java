package dev.skerry.runtime;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A dense array in native memory that runs read or write in place; lives as long as its arena.
 *
 * @param memory the elements, row-major and little-endian, 64-byte aligned
 */
@SuppressWarnings("ArrayRecordComponent") // copied by whoever changes it, never compared
public record NativeArray(DataType type, long[] dims, MemorySegment memory) {
  /** An array of zeros. */
  public static NativeArray allocate(Arena arena, DataType type, long... dims) {
    long bytes = type.bytes(Tensor.elementCount(dims));
    MemorySegment memory = arena.allocate(Math.max(1, bytes), NativeTensors.ALIGNMENT_BYTES);
    return new NativeArray(type, dims.clone(), memory.asSlice(0, bytes));
  }

  /** An array with the contents of {@code tensor}. */
  public static NativeArray copyOf(Arena arena, Tensor tensor) {
    NativeArray array = allocate(arena, tensor.type(), tensor.dims());
    array.set(tensor);
    return array;
  }

  /** Copies the contents of {@code tensor}, which has this type and shape, into this array. */
  public void set(Tensor tensor) {
    if (tensor.type() != type || !Arrays.equals(tensor.dims(), dims)) {
      throw new IllegalArgumentException(tensor + " does not fit an array of " + tensor());
    }
    memory.copyFrom(tensor.data());
  }

  /** The same memory, to be read. */
  public Tensor tensor() {
    return Tensor.of(type, dims, memory);
  }
}
