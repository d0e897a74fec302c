package dev.skerry.graph;

import java.lang.foreign.Arena;

/**
 * A model read from a file, with the mapping that its weights lie in. Once closed, the tensors of
 * {@link #model} cannot be read any more; copy those that should live on.
 */
public final class ModelFile implements AutoCloseable {
  private final Model model;
  private final Arena arena;

  ModelFile(Model model, Arena arena) {
    this.model = model;
    this.arena = arena;
  }

  public Model model() {
    return model;
  }

  @Override
  public void close() {
    arena.close();
  }
}
