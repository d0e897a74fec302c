package dev.skerry.agent.traffic;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One activation of a model: the requests that run there, and figures of those that ended. */
final class Lane {
  final Running running;

  /** Requests that hold the lane; while there are any, the model stays open. */
  final AtomicInteger inFlight = new AtomicInteger();

  private final LatencyHistogram answered = new LatencyHistogram();
  private final LongAdder failed = new LongAdder();

  Lane(Running running) {
    this.running = running;
  }

  void answered(long nanos) {
    answered.add(nanos);
  }

  void failed() {
    failed.increment();
  }

  Traffic.Served served() {
    long failures = failed.sum();
    return new Traffic.Served(
        answered.count() + failures,
        failures,
        answered.quantileMicros(0.5),
        answered.quantileMicros(0.99));
  }
}
