package dev.skerry.agent.serve;

import dev.skerry.agent.schedule.Scheduler;
import dev.skerry.agent.traffic.FixedTraffic;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * A model with inputs and outputs in fixed native memory, for calling it again and again without
 * copying or allocating: write the inputs' memory, {@link #run}, read the outputs'.
 *
 * <p>Each run is on the release that is active then, scheduled and counted like any other request;
 * the first one after a switch takes longer. One thread at a time uses it; its owner closes it.
 */
public final class BoundModel implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final FixedTraffic traffic;
  private final Scheduler.Seat seat;
  private final Supplier<SkerryException> notReady;
  private final IntConsumer failed;
  private final Scheduler.Work<Boolean> work;

  BoundModel(
      Function<Arena, FixedTraffic> traffic,
      Scheduler.Seat seat,
      Supplier<SkerryException> notReady,
      IntConsumer failed) {
    this.traffic = traffic.apply(arena);
    this.seat = seat;
    this.notReady = notReady;
    this.failed = failed;
    this.work = this.traffic::run;
  }

  /** Binds to the release that is active, so that the outputs are there. */
  void prepare() {
    if (!traffic.prepare()) {
      throw notReady.get();
    }
  }

  /**
   * Runs once.
   *
   * @throws SkerryException BUSY if it is not ready or too much is asked of the device, BAD_DATA if
   *     another release was activated and takes or gives other tensors, ENGINE if the run fails
   */
  public void run() {
    try {
      if (!seat.run(Optional.empty(), work)) {
        throw notReady.get();
      }
    } catch (SkerryException e) {
      failed.accept(HttpProblem.statusOf(e));
      throw e;
    }
  }

  /**
   * The memory of the output {@code name}, which each run writes anew; valid until {@link #close}.
   */
  public MemorySegment output(String name) {
    return tensor(name).data();
  }

  /** As {@link #output}, with type and shape. */
  public Tensor tensor(String name) {
    Tensor found = traffic.outputs().get(name);
    if (found == null) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "there is no output '%s'; there are %s"
              .formatted(name, String.join(", ", traffic.outputs().keySet())));
    }
    return found;
  }

  @Override
  public void close() {
    traffic.close();
    arena.close();
  }
}
