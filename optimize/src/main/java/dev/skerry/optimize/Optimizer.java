package dev.skerry.optimize;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.OptimizationReport.Variant;
import dev.skerry.optimize.pipeline.PipelineCompiler;
import dev.skerry.optimize.simplify.Simplified;
import dev.skerry.optimize.simplify.Simplifier;
import dev.skerry.optimize.simplify.SimplifyOptions;
import dev.skerry.optimize.target.Machine;
import dev.skerry.optimize.target.Target;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.DataSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import dev.skerry.runtime.metric.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The first main job: one model in, one smaller and faster ONNX file per target out, each proved on
 * validation data to stay within its accuracy budget.
 *
 * <p>Ranges and decisions come from calibration data, figures from validation data. A variant that
 * misses the budget is not written.
 */
public final class Optimizer implements AutoCloseable {
  /** Rungs of one target that a run writes at most; files of more are of other makers. */
  private static final int MOST_RUNGS = 9;

  /** What a share such as 0.99 may be off when it is taken from 1 and multiplied by 100. */
  private static final double ROUNDING_PP = 1e-9;

  /** Made-up samples that stand in for validation data when there is none. */
  private static final int RANDOM_SAMPLES = 32;

  private static final long RANDOM_SEED = 20_260_101;

  /**
   * What is tried for axes whose size a model leaves open: windows of sound, sequences, sizes that
   * exporters trace with.
   */
  private static final long[] FREE_AXES = {576, 512, 384, 256, 128, 64, 33, 32, 16, 1};

  /** The same where two axes of one input are open, as heights and widths of pictures are. */
  private static final long[] FREE_SIDES = {224, 256, 320, 512, 640, 128, 64, 32, 33, 16, 1};

  private final OptimizeRequest request;
  private final ModelDescription description;
  private final ModelFile file;
  private final SessionConfig config;
  private final Machine machine = Machine.here();
  private final List<String> warnings = new ArrayList<>();

  private Optimizer(OptimizeRequest request) {
    this.request = request;
    this.description = request.description();
    this.file = ModelReader.read(description.model());
    this.config = SessionConfig.standard().withThreads(request.threads());
    warnings.addAll(request.guesses());
  }

  /**
   * Makes the variants and writes those that hold.
   *
   * @throws SkerryException if the model, its description or its data cannot be used
   */
  public static OptimizationReport optimize(OptimizeRequest request) {
    try (Optimizer optimizer = new Optimizer(request)) {
      return optimizer.run();
    }
  }

  /**
   * Judges graphs that were made before, and writes those that hold: of each target a ladder, in
   * which every further rung is larger and better. The smallest is NAME.TARGET.onnx, the next ones
   * NAME.TARGET.2.onnx and so on. Where none holds, the report has the closest attempt.
   *
   * @param rungs of each target the smallest first
   */
  public static Judged judge(OptimizeRequest request, List<Rung> rungs) {
    try (Optimizer optimizer = new Optimizer(request)) {
      return optimizer.judge(rungs);
    }
  }

  /**
   * What came of {@link #judge}.
   *
   * @param judgements of the rungs, in their order
   */
  public record Judged(OptimizationReport report, List<Judgement> judgements) {
    public Judged {
      judgements = List.copyOf(judgements);
    }
  }

  /**
   * How a rung did on validation data.
   *
   * @param file that it was written to; null when it was not
   */
  public record Judgement(Rung rung, double value, double dropPp, @Nullable String file) {}

  private OptimizationReport run() {
    Model original = file.model();
    List<Target> targets = targets();
    Verifier.require(original);
    description.check(original);
    if (request.pipeline()) {
      PipelineCompiler.compile(original, description); // says at once what stands in the way
    }
    request.progress().accept("simplify");
    try (SampleSource validation = validation(original);
        Evaluator judge =
            Evaluator.of(description, original, validation, Calibrating.JUDGING_THREADS);
        RungMaker maker = RungMaker.open(request, original, validation.read(0).inputs())) {
      ReportBuilder report = reporting(maker.simplified(), validation);
      if (description.data().calibration() == null) {
        warnings.add(
            "There is no calibration data: only what needs none was done (simplification, narrow"
                + " weights, dynamic int8). Give --data or [data] calibration for static int8.");
      }
      if (request.pipeline() && !validation.isMedia()) {
        warnings.add(
            "There are no validation files that a compiled pipeline could be given: figures of"
                + " accuracy are of the model alone.");
      }
      List<Variant> variants = new ArrayList<>();
      for (Target target : targets) {
        request.progress().accept("target " + target.name());
        variants.add(variant(target, maker, judge, report, validation));
      }
      request.progress().accept("measure the original and the simplified graph");
      return report.build(variants, maker.samples(), validation, judge, warnings);
    }
  }

  private List<Target> targets() {
    List<Target> targets = description.goal().targets().stream().map(Target::of).toList();
    if (targets.isEmpty()) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "no target: add targets = [\"x86-64-vnni\"] under [goal], or give --target");
    }
    return targets;
  }

  private ReportBuilder reporting(Simplified simplified, SampleSource validation) {
    Measurements measurements = new Measurements(validation.read(0).inputs(), config);
    return new ReportBuilder(request, file, simplified, machine, measurements, config);
  }

  private Judged judge(List<Rung> rungs) {
    Model original = file.model();
    try (SampleSource validation = validation(original);
        Evaluator judge =
            Evaluator.of(description, original, validation, Calibrating.JUDGING_THREADS)) {
      Simplified simplified = Simplifier.simplify(original, SimplifyOptions.standard());
      ReportBuilder report = reporting(simplified, validation);
      List<Score> scores = rungs.stream().map(rung -> judged(rung, judge, validation)).toList();
      List<Judgement> judgements = new ArrayList<>();
      List<Variant> variants = new ArrayList<>();
      for (Target target : targets()) {
        List<Integer> its =
            IntStream.range(0, rungs.size())
                .filter(i -> rungs.get(i).target().equals(target))
                .boxed()
                .toList();
        Map<Integer, Path> files = files(target, its, scores);
        for (int i : its) {
          Rung rung = rungs.get(i);
          Path written = files.get(i);
          Score score = scores.get(i);
          judgements.add(
              new Judgement(
                  rung,
                  score.value(),
                  score.dropPp(),
                  written == null ? null : Measurements.fileName(written)));
          boolean reported = files.isEmpty() ? i == closest(its, scores) : written != null;
          if (reported) {
            variants.add(written(rung, written, score, report, validation));
          }
        }
      }
      request.progress().accept("measure the original and the simplified graph");
      int samples = description.data().calibration() == null ? 0 : request.samples();
      return new Judged(report.build(variants, samples, validation, judge, warnings), judgements);
    }
  }

  private static int closest(List<Integer> rungs, List<Score> scores) {
    return rungs.stream()
        .min(Comparator.comparingDouble(i -> scores.get(i).dropPp()))
        .orElseThrow();
  }

  /** Where rungs are written, by position; those that miss the budget or are not better are not. */
  private Map<Integer, Path> files(Target target, List<Integer> rungs, List<Score> scores) {
    Map<Integer, Path> files = new LinkedHashMap<>();
    double best = Double.POSITIVE_INFINITY;
    for (int i : rungs) {
      double drop = scores.get(i).dropPp();
      if (holds(scores.get(i)) && drop < best) {
        best = drop;
        files.put(i, place(target, files.size() + 1));
      }
    }
    for (int rung = files.size() + 1; rung <= Math.max(MOST_RUNGS, rungs.size()); rung++) {
      removeOutdated(place(target, rung));
    }
    return files;
  }

  /** The file of the rung numbered {@code rung}, from 1. */
  private Path place(Target target, int rung) {
    String number = rung == 1 ? "" : "." + rung;
    return request.out().resolve(description.name() + "." + target.name() + number + ".onnx");
  }

  private SampleSource validation(Model model) {
    DataSpec data = description.data();
    if (data.validation() != null) {
      SampleSource validation = SampleSource.validation(description, model);
      return validation.size() > request.validationSamples()
          ? validation.limit(request.validationSamples())
          : validation;
    }
    warnings.add(
        "There is no validation data: figures of accuracy are agreement with the original on"
            + " made-up inputs and prove little. Give --data or [data] validation.");
    return random(model);
  }

  /** Made-up samples of a size that the model runs on, where it leaves sizes open. */
  private SampleSource random(Model model) {
    boolean pictures =
        model.graph().requiredInputs().stream().anyMatch(input -> openSides(input) >= 2);
    List<SkerryException> failures = new ArrayList<>();
    try (Session session = Session.open(model, config)) {
      for (long free : pictures ? FREE_SIDES : FREE_AXES) {
        SampleSource source =
            SampleSource.random(description, model, RANDOM_SAMPLES, RANDOM_SEED, free);
        try {
          session.run(source.read(0).inputs());
          return source;
        } catch (SkerryException failed) {
          failures.add(failed);
        }
      }
    }
    SkerryException none =
        new SkerryException(
            ErrorCode.BAD_DATA,
            "the model runs on none of the made-up inputs that were tried; give --data. At first"
                + " the engine said: "
                + failures.getFirst().getMessage());
    failures.forEach(none::addSuppressed);
    throw none;
  }

  /** Axes behind the first whose size is open. */
  private static long openSides(ValueInfo input) {
    return input.type() instanceof Type.Tensor tensor && tensor.shape() != null
        ? tensor.shape().stream().skip(1).filter(axis -> !(axis instanceof Dimension.Fixed)).count()
        : 0;
  }

  private Variant variant(
      Target target,
      RungMaker maker,
      Evaluator judge,
      ReportBuilder report,
      SampleSource validation) {
    Rung rung = maker.make(target);
    Score score = judged(rung, judge, validation);
    if (!holds(score) && description.data().calibration() == null) {
      rung = maker.simplified(target, "without data, nothing else is sure to keep the answers");
      score = judged(rung, judge, validation);
    }
    Path file = place(target, 1);
    boolean holds = holds(score);
    for (int outdated = holds ? 2 : 1; outdated <= MOST_RUNGS; outdated++) {
      removeOutdated(place(target, outdated));
    }
    return written(rung, holds ? file : null, score, report, validation);
  }

  /** Writes {@code rung}, where there is a place for it, and gathers its facts. */
  private Variant written(
      Rung rung, @Nullable Path place, Score score, ReportBuilder report, SampleSource validation) {
    Model model = Provenance.stamped(rung.model(), rung.target());
    Model whole = whole(model);
    if (place != null) {
      write(whole, place);
    }
    request.progress().accept("measure the variant for " + rung.target().name());
    return report.variant(rung, model, whole, score, place, validation);
  }

  /** {@code model} as its file holds it. */
  private Model whole(Model model) {
    return request.pipeline() ? PipelineCompiler.compile(model, description) : model;
  }

  /** The score of what the file will hold, as far as there are files that it can be given. */
  private Score judged(Rung rung, Evaluator judge, SampleSource validation) {
    Model judged = validation.isMedia() ? whole(rung.model()) : rung.model();
    Verifier.require(judged);
    request.progress().accept("judge " + rung.target().name() + " on validation data");
    return judge.score(judged);
  }

  private boolean holds(Score score) {
    return score.dropPp() <= description.goal().maxDropPp() + ROUNDING_PP;
  }

  private void write(Model model, Path written) {
    try {
      Files.createDirectories(request.out());
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "cannot make the folder " + request.out() + ": " + e, e);
    }
    ModelWriter.write(model, written);
  }

  /** A file of an earlier run would look like the result of this one. */
  private static void removeOutdated(Path written) {
    try {
      Files.deleteIfExists(written);
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "cannot remove the outdated " + written + ": " + e, e);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
