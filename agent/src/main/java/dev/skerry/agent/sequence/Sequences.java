package dev.skerry.agent.sequence;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Ticker;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** The sequences that a device keeps, of all its models. Threads may use it at the same time. */
public final class Sequences {
  private final SequenceLimits limits;
  private final Ticker ticker;
  private final Set<Sequence> all = new LinkedHashSet<>();
  private long bytes;

  public Sequences(SequenceLimits limits, Ticker ticker) {
    this.limits = limits;
    this.ticker = ticker;
  }

  /**
   * The sequence that {@code step} names, for one request, which closes it.
   *
   * @throws SkerryException NOT_FOUND if there is none and this is not the first request, BUSY if
   *     another request uses it or there are too many
   */
  public synchronized Sequence enter(String model, SequenceStep step) {
    forgetIdle();
    Optional<Sequence> found = find(model, step.id());
    if (found.filter(sequence -> sequence.isHeld).isPresent()) {
      throw new SkerryException(
          ErrorCode.BUSY,
          "%s has a request under way; send the next one when that is answered"
              .formatted(found.get()));
    }
    if (step.start()) {
      found.ifPresent(this::forget);
      return held(begin(model, Optional.of(step.id())), step.end());
    }
    return held(found.orElseThrow(() -> unknown(model, step.id())), step.end());
  }

  /**
   * A sequence without a name, for a stream, which closes it.
   *
   * @throws SkerryException BUSY if there are too many
   */
  public synchronized Sequence open(String model) {
    forgetIdle();
    return held(begin(model, Optional.empty()), true);
  }

  private static Sequence held(Sequence sequence, boolean last) {
    sequence.isHeld = true;
    sequence.isLast = last;
    return sequence;
  }

  private SkerryException unknown(String model, String id) {
    return new SkerryException(
        ErrorCode.NOT_FOUND,
        "there is no sequence '%s' of model '%s': it did not begin, has ended, or had no request for"
                .formatted(id, model)
            + " %d s; begin it with sequence_start".formatted(limits.idle().toSeconds()));
  }

  private Optional<Sequence> find(String model, String id) {
    return all.stream()
        .filter(each -> each.model.equals(model) && each.id.filter(id::equals).isPresent())
        .findFirst();
  }

  private Sequence begin(String model, Optional<String> id) {
    if (count(model) >= limits.most()) {
      throw new SkerryException(
          ErrorCode.BUSY,
          ("model '%s' has %d sequences and streams, which is the limit; end one (sequence_end), or"
                  + " wait until one had no request for %d s")
              .formatted(model, limits.most(), limits.idle().toSeconds()));
    }
    Sequence fresh = new Sequence(this, model, id);
    fresh.lastUsed = ticker.nanos();
    all.add(fresh);
    return fresh;
  }

  private void forgetIdle() {
    long now = ticker.nanos();
    long most = limits.idle().toNanos();
    for (Sequence sequence : Set.copyOf(all)) {
      if (!sequence.isHeld && now - sequence.lastUsed > most) {
        forget(sequence);
      }
    }
  }

  private void forget(Sequence sequence) {
    if (all.remove(sequence)) {
      bytes -= sequence.bytes;
      sequence.bytes = 0;
    }
  }

  synchronized void resize(Sequence sequence, long changed) {
    if (bytes - sequence.bytes + changed > limits.bytes()) {
      throw new SkerryException(
          ErrorCode.BUSY,
          "the states of all sequences take the limit of %,d bytes, so there is no room for %,d of %s"
              .formatted(limits.bytes(), changed, sequence));
    }
    bytes += changed - sequence.bytes;
    sequence.bytes = changed;
  }

  synchronized void leave(Sequence sequence) {
    sequence.isHeld = false;
    sequence.lastUsed = ticker.nanos();
    if (sequence.isLast || sequence.isEmpty()) {
      forget(sequence);
    }
  }

  /** Sequences and streams of {@code model} that are kept now. */
  public synchronized int count(String model) {
    forgetIdle();
    return (int) all.stream().filter(each -> each.model.equals(model)).count();
  }

  /** Bytes of all states. */
  public synchronized long bytes() {
    return bytes;
  }
}
