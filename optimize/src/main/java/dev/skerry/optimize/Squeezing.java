package dev.skerry.optimize;

import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizeRequest.Squeeze;
import dev.skerry.optimize.search.SearchLog;
import dev.skerry.optimize.squeeze.Squeezed;
import dev.skerry.optimize.squeeze.Squeezer;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.metric.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Squeezes the integer weights of a variant as far as was asked. */
final class Squeezing {
  /** Samples from which it is seen how inputs vary, and what they may take: they stay in memory. */
  private static final int MOST_SAMPLES = 512;

  private static final long MOST_BYTES = 128 << 20;

  /** Strengths between which the one that the budget allows is searched. */
  private static final double WEAKEST = 0.001;

  private static final double STRONGEST = 0.5;

  /** Halvings of the range between them, by the ratio of its ends. */
  private static final int TRIES = 6;

  /** Share of the budget that calibration data may show as spent; unseen data loses more. */
  private static final double SPENDABLE = 0.5;

  /**
   * By how much the strongest that calibration data allows is divided: a network knows the samples
   * that it was trained on better than new ones, and forgives more error on them.
   */
  private static final double MARGIN = 4;

  private final OptimizeRequest request;
  private final Variants.@Nullable Calibrated calibrated;

  Squeezing(OptimizeRequest request, Variants.@Nullable Calibrated calibrated) {
    this.request = request;
    this.calibrated = calibrated;
  }

  /** {@code made}, or the same with fewer bits for its weights. */
  Variants.Made of(Variants.Made made) {
    Variants.Calibrated known = calibrated;
    if (request.squeeze() instanceof Squeeze.None || known == null) {
      return made;
    }
    Squeezer squeezer = Squeezer.of(made.model(), known.data().few(samples(known)));
    if (squeezer.isEmpty()) {
      return made;
    }
    SearchLog log = new SearchLog(Ticker.system(), request.timeLimit(), request.progress());
    Squeezed squeezed =
        switch (request.squeeze()) {
          case Squeeze.None _ -> squeezer.by(0);
          case Squeeze.By(double strength) -> {
            Squeezed one = squeezer.by(strength);
            held(known, one, strength, log);
            yield one;
          }
          case Squeeze.WithinBudget _ -> strongest(squeezer, known, log);
        };
    return with(made, squeezed, log);
  }

  private static int samples(Variants.Calibrated known) {
    long bytes = known.data().few(1).getFirst().values().stream().mapToLong(Tensor::byteSize).sum();
    return (int) Math.clamp(MOST_BYTES / Math.max(1, bytes), 1, MOST_SAMPLES);
  }

  private Squeezed strongest(Squeezer squeezer, Variants.Calibrated known, SearchLog log) {
    double best = 0;
    double weak = WEAKEST;
    double strong = STRONGEST;
    for (int i = 0; i < TRIES && !log.isOver(); i++) {
      double middle = Math.sqrt(weak * strong);
      if (held(known, squeezer.by(middle), middle, log)) {
        best = middle;
        weak = middle;
      } else {
        strong = middle;
      }
    }
    Squeezed chosen = squeezer.by(best / MARGIN);
    held(known, chosen, best / MARGIN, log);
    return chosen;
  }

  /** Whether calibration data shows that {@code squeezed} is within the budget. */
  private static boolean held(
      Variants.Calibrated known, Squeezed squeezed, double strength, SearchLog log) {
    Score score = known.tuning().score(squeezed.model());
    boolean holds = score.dropPp() <= known.maxDropPp() * SPENDABLE;
    log.add(
        "squeezed by %.4f: %.2f bits a weight, %.2f pp lost on calibration data"
            .formatted(strength, squeezed.bitsPerWeight(), score.dropPp()),
        Set.of(),
        score.value(),
        null,
        holds);
    return holds;
  }

  private static Variants.Made with(Variants.Made made, Squeezed squeezed, SearchLog log) {
    List<OptimizationReport.SearchStep> steps = new ArrayList<>(made.search());
    for (OptimizationReport.SearchStep step : log.steps()) {
      steps.add(
          new OptimizationReport.SearchStep(
              steps.size() + 1,
              step.action(),
              step.floatNodes(),
              step.value(),
              step.p50Micros(),
              step.accepted(),
              step.seconds()));
    }
    return made.with(
        squeezed.model(),
        "%s, squeezed from %.1f to %.1f bits a weight"
            .formatted(made.technique(), squeezed.bitsBefore(), squeezed.bitsPerWeight()),
        steps);
  }
}
