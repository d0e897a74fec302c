package dev.skerry.agent.validate;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.schedule.Turns;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Times a candidate on the device, in turns with what serves now, while that goes on serving: what
 * disturbs one of them then disturbs the other as well.
 *
 * @param budget the probe ends after this time, once there are {@code leastRuns}
 * @param leastRuns of each model, at least 1
 * @param mostRuns of each model
 */
public record Probe(Duration budget, int leastRuns, int mostRuns) {
  /** Runs before timing starts: the engine allocates and packs in them. */
  private static final int WARM_UP_RUNS = 2;

  public Probe {
    if (leastRuns < 1 || mostRuns < leastRuns) {
      throw new IllegalArgumentException("%d to %d runs".formatted(leastRuns, mostRuns));
    }
  }

  /** At most 500 runs of each in two seconds, and at least 5. */
  public static Probe standard() {
    return new Probe(Duration.ofSeconds(2), 5, 500);
  }

  /**
   * Times {@code candidate}, and {@code active} in turns with it.
   *
   * @param samples to run, each on both; at least one
   * @return figures of {@code active} only if it takes such samples
   * @throws SkerryException if a run fails
   */
  public ProbeFigures measure(
      LoadedModel candidate,
      Optional<LoadedModel> active,
      List<Map<String, Tensor>> samples,
      Ticker ticker) {
    return measure(candidate, active, samples, ticker, Turns.atOnce());
  }

  /** As the other; waits for each run's turn, which is not timed. */
  public ProbeFigures measure(
      LoadedModel candidate,
      Optional<LoadedModel> active,
      List<Map<String, Tensor>> samples,
      Ticker ticker,
      Turns turns) {
    warmUp(candidate, samples.getFirst(), turns);
    Optional<LoadedModel> rival = active.filter(model -> takes(model, samples.getFirst(), turns));
    long end = ticker.nanos() + budget.toNanos();
    long[] candidateNanos = new long[mostRuns];
    long[] rivalNanos = new long[mostRuns];
    int runs = 0;
    while (runs < mostRuns && (runs < leastRuns || ticker.nanos() - end < 0)) {
      Map<String, Tensor> sample = samples.get(runs % samples.size());
      if (rival.isPresent()) {
        rivalNanos[runs] = time(rival.get(), sample, ticker, turns);
      }
      candidateNanos[runs] = time(candidate, sample, ticker, turns);
      runs++;
    }
    int count = runs;
    return new ProbeFigures(
        ProbeFigures.Times.of(Arrays.copyOf(candidateNanos, count)),
        rival.map(_ -> ProbeFigures.Times.of(Arrays.copyOf(rivalNanos, count))));
  }

  private static void warmUp(LoadedModel model, Map<String, Tensor> sample, Turns turns) {
    for (int i = 0; i < WARM_UP_RUNS; i++) {
      turns.take(stop -> model.run(sample, stop));
    }
  }

  /** False for a model of another signature; it cannot be compared. */
  private static boolean takes(LoadedModel model, Map<String, Tensor> sample, Turns turns) {
    try {
      warmUp(model, sample, turns);
      return true;
    } catch (SkerryException e) {
      if (e.code() == ErrorCode.BAD_DATA) {
        return false;
      }
      throw e;
    }
  }

  private static long time(
      LoadedModel model, Map<String, Tensor> sample, Ticker ticker, Turns turns) {
    return turns.take(stop -> {
      long start = ticker.nanos();
      model.run(sample, stop);
      return ticker.nanos() - start;
    });
  }
}
