package dev.skerry.runtime.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Native memory for the inputs of one sample, used again for the next one.
 *
 * <p>The garbage collector frees it after the last tensor that points into it.
 */
final class TensorBuffers {
  /** Bytes; a cache line and the widest vector of today's processors. */
  private static final long ALIGNMENT = 64;

  private final Map<String, MemorySegment> segments = new HashMap<>();

  /** Memory of {@code bytes} for {@code input}; what it held before is given up. */
  MemorySegment of(String input, long bytes) {
    MemorySegment present = segments.get(input);
    if (present == null || present.byteSize() < bytes) {
      present = Arena.ofAuto().allocate(Math.max(1, bytes), ALIGNMENT);
      segments.put(input, present);
    }
    return present.asSlice(0, bytes);
  }
}
