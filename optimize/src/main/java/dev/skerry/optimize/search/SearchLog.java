package dev.skerry.optimize.search;

import dev.skerry.optimize.OptimizationReport.SearchStep;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one search tried, in order, and how much of its time is left. */
public final class SearchLog {
  private static final double NANOS_PER_SECOND = 1e9;

  private final List<SearchStep> steps = new ArrayList<>();
  private final Ticker ticker;
  private final long started;
  private final Duration limit;
  private final Consumer<String> progress;

  /**
   * A search that begins now.
   *
   * @param limit after which no further candidate is tried
   * @param progress told of every step in a few words
   */
  public SearchLog(Ticker ticker, Duration limit, Consumer<String> progress) {
    this.ticker = ticker;
    this.started = ticker.nanos();
    this.limit = limit;
    this.progress = progress;
  }

  /** Whether the time for trying is over. */
  public boolean isOver() {
    return ticker.nanos() - started > limit.toNanos();
  }

  /** Writes down a candidate; figures that were not measured are null. */
  public void add(
      String action,
      Set<String> keptFloat,
      @Nullable Double value,
      @Nullable Double p50Micros,
      boolean accepted) {
    double seconds = (ticker.nanos() - started) / NANOS_PER_SECOND;
    steps.add(
        new SearchStep(
            steps.size() + 1,
            action,
            List.copyOf(new TreeSet<>(keptFloat)),
            value,
            p50Micros,
            accepted,
            seconds));
    progress.accept(action);
  }

  public List<SearchStep> steps() {
    return List.copyOf(steps);
  }
}
