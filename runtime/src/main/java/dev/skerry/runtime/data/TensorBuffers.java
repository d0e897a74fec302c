package dev.skerry.runtime.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** Native memory of an arena for the inputs of one sample, used again for the next one. */
final class TensorBuffers {
  /** Bytes; a cache line and the widest vector of today's processors. */
  private static final long ALIGNMENT = 64;

  private final Map<String, MemorySegment> segments = new HashMap<>();
  private final Arena arena;

  TensorBuffers(Arena arena) {
    this.arena = arena;
  }

  /** Memory of {@code bytes} for {@code input}; what it held before is given up. */
  MemorySegment of(String input, long bytes) {
    MemorySegment present = segments.get(input);
    if (present == null || present.byteSize() < bytes) {
      present = arena.allocate(Math.max(1, bytes), ALIGNMENT);
      segments.put(input, present);
    }
    return present.asSlice(0, bytes);
  }
}
