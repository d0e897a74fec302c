package dev.skerry.graph;

import java.lang.foreign.Arena;

/**
 * A model read from a file, with the mapping that its weights lie in. Once closed, the tensors of
 * {@link #model} cannot be read any more; copy those that should live on.
 */
public final class ModelFile implements AutoCloseable {
  private final Model model;
  private final Arena arena;
  private final long externalBytes;

  ModelFile(Model model, Arena arena, long externalBytes) {
    this.model = model;
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

  @Override
  public void close() {
    arena.close();
  }
}
