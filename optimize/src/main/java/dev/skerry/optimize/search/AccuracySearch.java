package dev.skerry.optimize.search;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.observe.Observations;
import dev.skerry.optimize.quantize.Calibration;
import dev.skerry.runtime.metric.Evaluator;
import dev.skerry.runtime.metric.Score;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Brings an int8 candidate within the accuracy budget, judged on calibration data alone.
 *
 * <p>First the recipe: the ranges and the bias correction that hold the budget, or leave the least
 * error at the outputs. Then, while too much of the metric is lost, nodes go back to float: from
 * the front, or those first that bring most noise for the time they save.
 */
public final class AccuracySearch {
  /**
   * The share of the budget that calibration data may show as spent; the rest is for data not seen.
   * Less of it for agreement, where every change is a loss and twice as many were seen on new data.
   */
  private static final double SPENDABLE = 0.5;

  private static final double SPENDABLE_OF_AGREEMENT = 0.25;

  /** Decibels of signal-to-noise that make another recipe worth taking. */
  private static final double LEAST_GAIN_DB = 0.1;

  private final Evaluator tuning;
  private final boolean labelled;
  private final Observations observations;
  private final Collection<Map<String, Tensor>> biasSamples;
  private final Supplier<Workshop> equalized;
  private final double maxDropPp;
  private final SearchLog log;

  /**
   * A search on calibration data.
   *
   * @param tuning judges the metric
   * @param labelled whether the metric is held against labels, so that samples near a boundary
   *     change sides both ways and a small loss may be chance
   * @param biasSamples inputs from which biases are corrected
   * @param equalized the workshop with channels evened out, asked for when the budget is not met
   * @param maxDropPp the whole budget in percentage points
   */
  public AccuracySearch(
      Evaluator tuning,
      boolean labelled,
      Observations observations,
      Collection<Map<String, Tensor>> biasSamples,
      Supplier<Workshop> equalized,
      double maxDropPp,
      SearchLog log) {
    this.tuning = tuning;
    this.labelled = labelled;
    this.observations = observations;
    this.biasSamples = biasSamples;
    this.equalized = equalized;
    this.maxDropPp = maxDropPp;
    this.log = log;
  }

  /** A candidate, how it was made, and how it does on the tuning samples. */
  public record Found(Workshop workshop, Candidate candidate, Score score) {
    double signalToNoiseDb() {
      return Sensitivity.combinedDb(score);
    }
  }

  /**
   * The best recipe for {@code start}, with as many nodes in float as the budget asks for.
   *
   * @param sensitivity which nodes bring the noise
   * @param costMicros what giving a node back to float costs; 0 where unknown
   * @param faster whether the first candidate is faster than the second
   */
  public Found improve(
      Workshop workshop,
      Candidate start,
      Sensitivity sensitivity,
      ToDoubleFunction<Node> costMicros,
      BiPredicate<Candidate, Candidate> faster) {
    Found best = bestRecipe(workshop, start);
    if (isWithinBudget(best)) {
      return best;
    }
    List<Node> weighted = best.candidate().placement().weighted();
    List<String> frontFirst = weighted.stream().map(node -> node.output(0)).toList();
    List<String> noisiestFirst =
        weighted.stream()
            .sorted(
                Comparator.comparingDouble(
                    node -> -sensitivity.noise(node) / Math.max(1, costMicros.applyAsDouble(node))))
            .map(node -> node.output(0))
            .toList();
    return preferred(
        withFloatNodes(best, frontFirst, "from the front"),
        withFloatNodes(best, noisiestFirst, "the noisiest for their time"),
        faster);
  }

  private Found preferred(Found a, Found b, BiPredicate<Candidate, Candidate> faster) {
    if (isWithinBudget(a) != isWithinBudget(b)) {
      return isWithinBudget(a) ? a : b;
    }
    return faster.test(b.candidate(), a.candidate()) ? b : a;
  }

  /** Whether the samples give no evidence that more is lost than may be spent here. */
  private boolean isWithinBudget(Found found) {
    Score score = found.score();
    double changed = Math.max(0, 1 - score.agreement());
    if (!labelled) {
      return score.dropPp() <= maxDropPp * SPENDABLE_OF_AGREEMENT;
    }
    double uncertainPp = 100 * Math.sqrt(changed / score.samples());
    return score.dropPp() - uncertainPp <= maxDropPp * SPENDABLE;
  }

  private Found bestRecipe(Workshop workshop, Candidate start) {
    Set<String> kept = start.keptFloat();
    Found best = scored(workshop, kept, "ranges with the least error per tensor");
    Calibration minMax = Calibration.minMax(observations, workshop.target().activations());
    best = better(best, scored(workshop.withCalibration(minMax), kept, "ranges that clip nothing"));
    if (log.isOver() || biasSamples.isEmpty()) {
      return best;
    }
    Workshop corrected = best.workshop().corrected(best.candidate(), biasSamples);
    best = better(best, scored(corrected, kept, "biases corrected"));
    if (isWithinBudget(best) || log.isOver()) {
      return best;
    }
    Workshop even = equalized.get().withLayouts(workshop.layouts());
    Workshop evenCorrected = even.corrected(even.make(kept), biasSamples);
    return better(best, scored(evenCorrected, kept, "channels equalized, biases corrected"));
  }

  /** One within the budget, else the one with less noise. */
  private Found better(Found a, Found b) {
    if (isWithinBudget(a) != isWithinBudget(b)) {
      return isWithinBudget(a) ? a : b;
    }
    return b.signalToNoiseDb() > a.signalToNoiseDb() + LEAST_GAIN_DB ? b : a;
  }

  private Found scored(Workshop workshop, Set<String> kept, String action) {
    Candidate candidate = workshop.make(kept);
    Found found = new Found(workshop, candidate, tuning.score(candidate.model()));
    log.add(
        "%s: %.1f dB, %.2f pp lost on calibration data"
            .formatted(action, found.signalToNoiseDb(), found.score().dropPp()),
        kept,
        found.score().value(),
        null,
        isWithinBudget(found));
    return found;
  }

  /** Gives the first nodes of {@code order} back: 1, 2, 4, …, then the fewest that are enough. */
  private Found withFloatNodes(Found start, List<String> order, String which) {
    int tooFew = 0;
    @Nullable Found enough = null;
    int count = 1;
    while (enough == null && !log.isOver() && tooFew < order.size()) {
      count = Math.min(count, order.size());
      Found tried = withFirst(start, order, count, which);
      if (isWithinBudget(tried)) {
        enough = tried;
      } else {
        tooFew = count;
        count *= 2;
      }
    }
    if (enough == null) {
      return tooFew == 0 ? start : withFirst(start, order, tooFew, which);
    }
    while (count - tooFew > 1 && !log.isOver()) {
      int middle = (count + tooFew) / 2;
      Found tried = withFirst(start, order, middle, which);
      if (isWithinBudget(tried)) {
        enough = tried;
        count = middle;
      } else {
        tooFew = middle;
      }
    }
    return enough;
  }

  private Found withFirst(Found start, List<String> order, int count, String which) {
    Set<String> kept = new HashSet<>(start.candidate().keptFloat());
    kept.addAll(order.subList(0, count));
    Workshop workshop = start.workshop();
    if (!workshop.corrections().isEmpty()) {
      workshop = workshop.corrected(workshop.make(kept), biasSamples);
    }
    return scored(workshop, kept, "%d nodes back to float, %s".formatted(count, which));
  }
}
