package dev.skerry.agent.traffic;

import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.QualityRecord.Side;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One activation of a model: the requests that run there, and figures of those that ended. */
final class Lane {
  /** Of this activation among everything that this model ran. */
  final long number;

  final Running running;

  /** Requests that hold the lane; while there are any, the model stays open. */
  final AtomicInteger inFlight = new AtomicInteger();

  private final LatencyHistogram answered = new LatencyHistogram();
  private final LongAdder failed = new LongAdder();

  Lane(long number, Running running) {
    this.number = number;
    this.running = running;
  }

  void answered(long nanos) {
    answered.add(nanos);
  }

  void failed() {
    failed.increment();
  }

  RunFigures figures(boolean live) {
    LatencySketch latency = answered.sketch();
    long failures = failed.sum();
    return new RunFigures(
        number,
        running.receipt().counter(),
        Side.SERVED,
        latency.count() + failures,
        failures,
        latency,
        Optional.empty(),
        live);
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
