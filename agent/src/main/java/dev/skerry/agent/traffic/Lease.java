package dev.skerry.agent.traffic;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.RunStop;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A request's hold on the model that was active when it came: until it is closed the model is not,
 * whatever is activated meanwhile. Closed by its one owner, once.
 */
public final class Lease implements AutoCloseable {
  private final LiveTraffic traffic;
  private final Lane lane;
  private boolean closed;

  Lease(LiveTraffic traffic, Lane lane) {
    this.traffic = traffic;
    this.lane = lane;
  }

  /** What this request runs on. */
  public Running running() {
    return lane.running;
  }

  /**
   * Runs once, and counts it.
   *
   * @throws dev.skerry.graph.SkerryException BAD_DATA if {@code given} does not fit, ENGINE if the
   *     run fails
   */
  public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
    return run(given, new RunStop());
  }

  /**
   * As the other, but ended by {@code stop}; then it is not counted.
   *
   * @throws java.util.concurrent.CancellationException if it was stopped
   */
  public SequencedMap<String, Tensor> run(Map<String, Tensor> given, RunStop stop) {
    return traffic.run(lane, given, stop);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      lane.inFlight.decrementAndGet();
    }
  }
}
