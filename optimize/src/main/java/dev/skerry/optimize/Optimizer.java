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
import dev.skerry.optimize.simplify.OpsetUpgrade;
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
import java.util.List;

/**
 * The first main job: one model in, one smaller and faster ONNX file per target out, each proved on
 * validation data to stay within its accuracy budget.
 *
 * <p>Ranges and decisions come from calibration data, figures from validation data. A variant that
 * misses the budget is not written.
 */
public final class Optimizer implements AutoCloseable {
  /**
   * Opset of quantized graphs: per-channel Q/DQ needs 13; 17 is read by every engine since 2022.
   */
  private static final long QUANTIZABLE_OPSET = 17;

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

  private OptimizationReport run() {
    Model original = file.model();
    List<Target> targets = description.goal().targets().stream().map(Target::of).toList();
    if (targets.isEmpty()) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "no target: add targets = [\"x86-64-vnni\"] under [goal], or give --target");
    }
    Verifier.require(original);
    description.check(original);
    if (request.pipeline()) {
      PipelineCompiler.compile(original, description); // says at once what stands in the way
    }
    request.progress().accept("simplify");
    Simplified simplified = Simplifier.simplify(original, SimplifyOptions.standard());
    Model base = quantizable(simplified.model());
    try (SampleSource validation = validation(original);
        Evaluator judge =
            Evaluator.of(description, original, validation, Calibrating.JUDGING_THREADS);
        Calibrating calibrating = Calibrating.open(request, original, base)) {
      Measurements measurements = new Measurements(validation.read(0).inputs(), config);
      ReportBuilder report =
          new ReportBuilder(request, file, simplified, machine, measurements, config);
      Variants maker =
          new Variants(
              simplified.model(),
              base,
              calibrating.calibrated(),
              measurements.inputs(),
              config,
              request.timeLimit(),
              request.progress());
      Squeezing squeezing = new Squeezing(request, calibrating.calibrated());
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
        variants.add(variant(target, maker, squeezing, base, judge, report, validation));
      }
      request.progress().accept("measure the original and the simplified graph");
      return report.build(variants, calibrating.samples(), validation, judge, warnings);
    }
  }

  /** {@code simplified} at an opset and in operators that can be quantized. */
  static Model quantizable(Model simplified) {
    Model modern =
        simplified.opset() < QUANTIZABLE_OPSET
            ? OpsetUpgrade.to(simplified, QUANTIZABLE_OPSET)
            : simplified;
    return Simplifier.simplify(modern, SimplifyOptions.standard().withBeforeQuantizing(true))
        .model();
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
      Variants maker,
      Squeezing squeezing,
      Model base,
      Evaluator judge,
      ReportBuilder report,
      SampleSource validation) {
    boolean measuredHere = target.includes(machine);
    Variants.Made made = squeezing.of(maker.make(target, measuredHere));
    Score score = judged(made, target, judge, validation);
    if (!holds(score) && description.data().calibration() == null) {
      made = maker.simplified("without data, nothing else is sure to keep the answers");
      score = judged(made, target, judge, validation);
    }
    Model model = Provenance.stamped(made.model(), target);
    Model whole = whole(model);
    Path file = request.out().resolve(description.name() + "." + target.name() + ".onnx");
    boolean holds = holds(score);
    if (holds) {
      write(whole, file);
    } else {
      removeOutdated(file);
    }
    return report.variant(
        target, measuredHere, made, model, whole, base, score, holds ? file : null, validation);
  }

  /** {@code model} as its file holds it. */
  private Model whole(Model model) {
    return request.pipeline() ? PipelineCompiler.compile(model, description) : model;
  }

  /** The score of what the file will hold, as far as there are files that it can be given. */
  private Score judged(
      Variants.Made made, Target target, Evaluator judge, SampleSource validation) {
    Model judged = validation.isMedia() ? whole(made.model()) : made.model();
    Verifier.require(judged);
    request.progress().accept("judge " + target.name() + " on validation data");
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
