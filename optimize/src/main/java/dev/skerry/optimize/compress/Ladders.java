package dev.skerry.optimize.compress;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Point;
import dev.skerry.optimize.OptimizationReport.Variant;
import dev.skerry.optimize.OptimizeRequest;
import dev.skerry.optimize.Optimizer;
import dev.skerry.optimize.Rung;
import dev.skerry.optimize.RungMaker;
import dev.skerry.optimize.squeeze.Squeezed;
import dev.skerry.optimize.squeeze.Squeezer;
import dev.skerry.optimize.target.Machine;
import dev.skerry.optimize.target.Target;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes variants of the best trials for each target, and has them judged. */
final class Ladders {
  /** Trials that are made for targets. */
  private static final int MOST_TRIALS = 5;

  /** Rungs of a target that are judged. */
  private static final int MOST_RUNGS = 9;

  /** Of the budget, what quantizing a trial may lose. */
  private static final double QUANTIZING_SHARE = 0.3;

  private static final double LEAST_QUANTIZING_PP = 0.1;

  /** Of all time, what making a variant may take. */
  private static final double VARIANT_SHARE = 0.005;

  private static final double LONGEST_VARIANT_SECONDS = 20;

  /** Seconds that a variant takes beside its search. */
  private static final double VARIANT_OVERHEAD_SECONDS = 5;

  /** Of all time, what is kept for the ladders at most. */
  private static final double MOST_RESERVED = 0.25;

  /** Strengths of squeezing that are tried, as shares of what layers give that become error. */
  private static final double[] STRENGTHS = {0.002, 0.005, 0.01, 0.02, 0.05, 0.1};

  private static final String SQUEEZED = "static int8, squeezed";

  /** Samples that show what squeezed layers take. */
  private static final int SQUEEZE_SAMPLES = 256;

  /** Points beyond the budget at which squeezing stops. */
  private static final double BEYOND_PP = 1;

  private final CompressRequest request;
  private final ModelDescription description;
  private final HeldOutSamples heldOut;
  private final Consumer<String> progress;
  private final long originalBytes;
  private List<Map<String, Tensor>> samples = List.of();

  Ladders(CompressRequest request, HeldOutSamples heldOut, Consumer<String> progress) {
    this.request = request;
    this.description = request.optimize().description();
    this.heldOut = heldOut;
    this.progress = progress;
    try {
      this.originalBytes = Files.size(description.model());
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "cannot read %s: %s".formatted(description.model(), e), e);
    }
  }

  /**
   * What came of it.
   *
   * @param originalBytes of the file that was given
   */
  record Made(OptimizationReport report, List<Point> points, long originalBytes) {}

  /**
   * A rung with what is known of it before it is judged.
   *
   * @param lostPp on samples held out
   * @param decisive whether it was judged on them itself
   */
  private record Candidate(
      Trial trial,
      Rung rung,
      double strength,
      @Nullable Double bits,
      long bytes,
      long packed,
      double lostPp,
      boolean decisive) {
    Candidate undecided() {
      return new Candidate(trial, rung, strength, bits, bytes, packed, lostPp, false);
    }
  }

  /** Seconds that ladders for {@code targets} targets will take. */
  static double reserve(CompressRequest request, int targets) {
    double each = variantSeconds(request) + VARIANT_OVERHEAD_SECONDS;
    return Math.min(MOST_RESERVED * request.time().toNanos() / 1e9, targets * MOST_TRIALS * each);
  }

  private static double variantSeconds(CompressRequest request) {
    double given = request.optimize().timeLimit().toNanos() / 1e9;
    double share = VARIANT_SHARE * request.time().toNanos() / 1e9;
    return Math.min(given, Math.min(LONGEST_VARIANT_SECONDS, share));
  }

  /** How variants are made while searching: quickly, within {@code lossPp} of what they are of. */
  static OptimizeRequest hurried(CompressRequest request, double lossPp) {
    OptimizeRequest optimize = request.optimize();
    ModelDescription description = optimize.description();
    return new OptimizeRequest(
        description.withGoal(description.goal().withMaxDropPp(lossPp)),
        optimize.guesses(),
        optimize.out(),
        optimize.samples(),
        optimize.validationSamples(),
        Duration.ofMillis((long) (1000 * variantSeconds(request))),
        optimize.threads(),
        optimize.pipeline(),
        new OptimizeRequest.Squeeze.None(),
        _ -> {});
  }

  /**
   * Makes, judges and writes. Estimates can be too good for all that was cut; then what is left is
   * the whole network, quantized and squeezed.
   *
   * @param trials the first is the original
   * @param models gives a trial's model at its best
   */
  Made make(List<Trial> trials, Function<Trial, Model> models) {
    List<Trial> best =
        Frontier.around(
            Frontier.of(trials, Trial::keep, Trial::lostPp),
            Trial::lostPp,
            description.goal().maxDropPp(),
            MOST_TRIALS);
    List<Candidate> all = new ArrayList<>(candidates(best, models));
    Optimizer.Judged judged = judged(all);
    Trial original = trials.getFirst();
    boolean nothing = judged.judgements().stream().allMatch(one -> one.file() == null);
    if (nothing && !best.contains(original)) {
      progress.accept("nothing smaller holds on validation data");
      all.addAll(candidates(List.of(original), models));
      judged = judged(all);
    }
    List<Point> points = new ArrayList<>();
    for (Candidate candidate : all) {
      Optimizer.Judgement judgement =
          judged.judgements().stream()
              .filter(one -> one.rung() == candidate.rung())
              .findFirst()
              .orElseThrow();
      points.add(point(candidate, judgement, judged.report()));
    }
    return new Made(judged.report(), points, originalBytes);
  }

  private Optimizer.Judged judged(List<Candidate> candidates) {
    return Optimizer.judge(request.optimize(), candidates.stream().map(Candidate::rung).toList());
  }

  /** The best that can be made of {@code trials}, for all targets. */
  private List<Candidate> candidates(List<Trial> trials, Function<Trial, Model> models) {
    double budget = description.goal().maxDropPp();
    List<Candidate> all = new ArrayList<>();
    List<RungMaker> makers = new ArrayList<>();
    try {
      OptimizeRequest hurried =
          hurried(request, Math.max(LEAST_QUANTIZING_PP, QUANTIZING_SHARE * budget));
      Map<String, RungMaker> byTrial = new LinkedHashMap<>();
      for (Trial trial : trials) {
        progress.accept("observe " + trial.id());
        RungMaker maker = RungMaker.open(hurried, models.apply(trial), inputs(1).getFirst());
        makers.add(maker);
        byTrial.put(trial.id(), maker);
      }
      List<Target> targets = targets(description);
      List<Candidate> decisive = new ArrayList<>();
      for (Trial trial : trials) {
        Rung rung = made(byTrial, trial, targets.getFirst());
        decisive.addAll(squeezed(trial, rung));
      }
      List<Candidate> chosen = ordered(decisive);
      all.addAll(chosen);
      for (Target target : targets.subList(1, targets.size())) {
        all.addAll(alike(byTrial, chosen, target));
      }
    } finally {
      makers.forEach(RungMaker::close);
    }
    return all;
  }

  private Rung made(Map<String, RungMaker> makers, Trial trial, Target target) {
    progress.accept("make %s for %s".formatted(trial.id(), target.name()));
    return Objects.requireNonNull(makers.get(trial.id())).make(target);
  }

  /** Targets; the first decides for all: one of integers, which this machine can measure. */
  static List<Target> targets(ModelDescription description) {
    Machine here = Machine.here();
    return description.goal().targets().stream()
        .map(Target::of)
        .sorted(
            Comparator.comparing((Target target) -> target.form() != Target.Form.INT8)
                .thenComparing(target -> !target.includes(here)))
        .toList();
  }

  /** {@code rung} as it is and squeezed ever more, until too much is lost. */
  private List<Candidate> squeezed(Trial trial, Rung rung) {
    Candidate plain = candidate(trial, rung, 0, null, heldOut.lostPp(rung.model(), trial.passes()));
    List<Candidate> made = new ArrayList<>(List.of(plain));
    double most = Math.max(description.goal().maxDropPp(), plain.lostPp()) + BEYOND_PP;
    progress.accept("squeeze " + trial.id());
    Squeezer squeezer = Squeezer.of(rung.model(), inputs(SQUEEZE_SAMPLES));
    if (squeezer.isEmpty()) {
      return made;
    }
    for (double strength : STRENGTHS) {
      Squeezed squeezed = squeezer.by(strength);
      double lost = heldOut.lostPp(squeezed.model(), trial.passes());
      if (lost > most) {
        break;
      }
      made.add(
          candidate(
              trial,
              rung.with(squeezed.model(), SQUEEZED),
              strength,
              squeezed.bitsPerWeight(),
              lost));
    }
    return made;
  }

  /** What was {@code chosen} for another target, made for {@code target}. */
  private List<Candidate> alike(
      Map<String, RungMaker> makers, List<Candidate> chosen, Target target) {
    List<Candidate> made = new ArrayList<>();
    for (Trial trial : chosen.stream().map(Candidate::trial).distinct().toList()) {
      Rung rung = made(makers, trial, target);
      Squeezer squeezer = Squeezer.of(rung.model(), inputs(SQUEEZE_SAMPLES));
      for (Candidate one : chosen.stream().filter(one -> one.trial().equals(trial)).toList()) {
        boolean plain = squeezer.isEmpty() || one.strength() == 0;
        Squeezed squeezed = squeezer.by(plain ? 0 : one.strength());
        made.add(
            candidate(
                    trial,
                    plain ? rung : rung.with(squeezed.model(), SQUEEZED),
                    plain ? 0 : one.strength(),
                    plain ? null : squeezed.bitsPerWeight(),
                    one.lostPp())
                .undecided());
        if (squeezer.isEmpty()) {
          break; // others of this trial would be the same
        }
      }
    }
    made.sort(Comparator.comparingLong(Candidate::packed));
    return made;
  }

  /** Some of the calibration samples, those held out left out where there are enough. */
  private List<Map<String, Tensor>> inputs(int count) {
    List<Map<String, Tensor>> known = samples;
    if (known.size() < count) {
      SampleSource some = heldOut.learned().limit(count);
      known =
          IntStream.range(0, some.size())
              .mapToObj(i -> (Map<String, Tensor>) some.read(i).inputs())
              .toList();
      samples = known;
    }
    return known.subList(0, Math.min(count, known.size()));
  }

  private Candidate candidate(
      Trial trial, Rung rung, double strength, @Nullable Double bits, double lostPp) {
    byte[] file = ModelWriter.toBytes(rung.model());
    return new Candidate(
        trial, rung, strength, bits, file.length, request.packed().applyAsLong(file), lostPp, true);
  }

  /** The best of {@code candidates}, the smallest first. */
  private List<Candidate> ordered(List<Candidate> candidates) {
    return Frontier.around(
        Frontier.of(candidates, Candidate::packed, Candidate::lostPp),
        Candidate::lostPp,
        description.goal().maxDropPp(),
        MOST_RUNGS);
  }

  private Point point(
      Candidate candidate, Optimizer.Judgement judgement, OptimizationReport report) {
    return new Point(
        candidate.rung().target().name(),
        candidate.trial().id(),
        candidate.strength(),
        candidate.bits(),
        candidate.bytes(),
        candidate.packed(),
        (double) originalBytes / candidate.packed(),
        candidate.decisive() ? candidate.lostPp() : null,
        judgement.dropPp(),
        latencyRatio(report, judgement.file()),
        judgement.file());
  }

  private static @Nullable Double latencyRatio(OptimizationReport report, @Nullable String file) {
    for (Variant variant : report.variants()) {
      if (file != null && file.equals(variant.file())) {
        return variant.latencyRatioToOriginal();
      }
    }
    return null;
  }
}
