package dev.skerry.agent.sequence;

import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.Digest;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One sequence, held by the one request or stream that may use it now.
 *
 * <p>A state belongs to the model file that made it. When a release with another file becomes
 * active the sequence is over, and its next request is told to begin again; so no release is kept
 * in memory for old sequences, and none of them runs on a release that was rolled back.
 */
public final class Sequence implements AutoCloseable {
  final String model;

  /** Empty for a stream, which nobody else can name. */
  final Optional<String> id;

  private final Sequences owner;

  /** What the last run has left, by input; empty before the first. */
  private SequencedMap<String, Tensor> state = new LinkedHashMap<>();

  /** File of the model that made it, and the version that callers know. */
  private @Nullable Digest file;

  private long version;
  private boolean isOver;

  // Guarded by the owner.
  boolean isHeld = true;
  boolean isLast;
  long bytes;
  long lastUsed;

  Sequence(Sequences owner, String model, Optional<String> id) {
    this.owner = owner;
    this.model = model;
    this.id = id;
  }

  /**
   * The states with which {@code running} goes on.
   *
   * @throws SkerryException NOT_FOUND if another model made them, BAD_DATA if it keeps none
   */
  public SequencedMap<String, Tensor> state(Running running) {
    if (id.isPresent() && running.own().states().isEmpty()) {
      isOver = true;
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "model '%s' keeps no state between requests; leave sequence_id out".formatted(model));
    }
    Digest made = file;
    if (made == null) {
      return running.own().initial();
    }
    if (!made.equals(running.variant().file().digest())) {
      isOver = true;
      throw new SkerryException(
          ErrorCode.NOT_FOUND,
          "%s began on version %d, and version %d is active now, to which its state means nothing;"
                  .formatted(this, version, running.receipt().counter())
              + " begin again with sequence_start");
    }
    return state;
  }

  /**
   * Keeps what a run of {@code running} left.
   *
   * @throws SkerryException BUSY if all states together would take too much memory
   */
  public void keep(Running running, Map<String, Tensor> outputs) {
    SequencedMap<String, Tensor> next = running.own().next(outputs);
    owner.resize(this, next.values().stream().mapToLong(Tensor::byteSize).sum());
    state = next;
    file = running.variant().file().digest();
    version = running.receipt().counter();
  }

  /** Whether another model became active, so that it can only {@link #restart}. */
  public boolean isOver() {
    return isOver;
  }

  /** Begins anew. */
  public void restart() {
    isOver = false;
    file = null;
    state = new LinkedHashMap<>();
  }

  /** Whether there is nothing to go on from: it ended, or no run of it succeeded. */
  boolean isEmpty() {
    return isOver || file == null;
  }

  /** Lets others have it; if this was its last request, or a stream's, it is forgotten. */
  @Override
  public void close() {
    owner.leave(this);
  }

  @Override
  public String toString() {
    return id.map(name -> "sequence '%s' of model '%s'".formatted(name, model))
        .orElse("a stream of model '%s'".formatted(model));
  }
}
