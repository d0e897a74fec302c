package dev.skerry.agent.traffic;

import dev.skerry.wire.LatencySketch;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the requests of one model came to since the process began, whichever release answered them.
 * Threads add at the same time; adding a time allocates nothing.
 */
public final class Meter {
  /** What is done for a request, waiting apart. */
  public enum Part {
    /** From the bytes of a request, once they are there, to the model's inputs. */
    PREPROCESS,
    /** The run itself. */
    PREDICT,
    /** From the model's outputs to the bytes of the answer. */
    POSTPROCESS;

    /** As metrics write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final LatencyHistogram preprocess = new LatencyHistogram();
  private final LatencyHistogram predict = new LatencyHistogram();
  private final LatencyHistogram postprocess = new LatencyHistogram();
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  Meter() {}

  private LatencyHistogram of(Part part) {
    return switch (part) {
      case PREPROCESS -> preprocess;
      case PREDICT -> predict;
      case POSTPROCESS -> postprocess;
    };
  }

  /** A request's {@code part} is done. */
  public void add(Part part, long nanos) {
    of(part).add(nanos);
  }

  /** A request was not answered. */
  public void failed(String reason) {
    failures.computeIfAbsent(reason, _ -> new LongAdder()).increment();
  }

  /** What {@code part} took so far. */
  public LatencySketch times(Part part) {
    return of(part).sketch();
  }

  /** Requests that were not answered so far, by reason. */
  public SortedMap<String, Long> failures() {
    SortedMap<String, Long> counts = new TreeMap<>();
    failures.forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }
}
