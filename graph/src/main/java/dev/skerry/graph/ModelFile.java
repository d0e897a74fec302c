package dev.skerry.graph;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A model read from a file, with the mapping that its weights lie in. Once closed, the tensors of
 * {@link #model} cannot be read any more; copy those that should live on.
 */
public final class ModelFile implements AutoCloseable {
  private final Model model;
  private final MemorySegment bytes;
  private final Arena arena;
  private final long externalBytes;

  ModelFile(Model model, MemorySegment bytes, Arena arena, long externalBytes) {
    this.model = model;
    this.bytes = bytes;
    this.arena = arena;
    this.externalBytes = externalBytes;
  }

  public Model model() {
    return model;
  }

  /** Bytes of the files of weights beside the model, together; 0 when it needs none. */
  public long externalBytes() {
    return externalBytes;
  }

  /** Bytes from {@code offset} on. */
  public record Span(long offset, long bytes) {}

  /**
   * Where the elements of constants lie in this file, in order and apart from one another;
   * constants in other files and those that are not stored as one run of bytes are not among them.
   *
   * @param least bytes of a constant that counts
   */
  public List<Span> constants(long least) {
    return ConstantSpans.of(model, bytes, least);
  }

  @Override
  public void close() {
    arena.close();
  }
}
