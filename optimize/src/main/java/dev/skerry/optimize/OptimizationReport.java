package dev.skerry.optimize;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All facts of one optimization: what went in, what was tried and decided, what came out.
 *
 * <p>The HTML and JSON reports and the lines on the terminal are views of this record; nothing is
 * measured or computed again for them. Units are in the names: micros, bytes, {@code Pp} for
 * percentage points, {@code Db} for decibels. A value that was not measured is null.
 *
 * @param original the model as it was given
 * @param simplified the float graph after simplification, from which every variant is made; null
 *     when it was not measured apart
 * @param simplification the rules in the order in which they first fired
 * @param pipeline null when no sample was run from its file to its result
 * @param slowestNodes of the original, slowest first
 * @param findings what doctor found, worst first
 * @param compression what a search over pruning and training found; null when there was none
 * @param warnings what a reader must know before trusting a number, in plain sentences
 */
public record OptimizationReport(
    Instant madeAt,
    ModelFacts model,
    Machine machine,
    DataFacts data,
    Goal goal,
    Measured original,
    @Nullable Measured simplified,
    List<RuleFacts> simplification,
    List<Variant> variants,
    @Nullable Pipeline pipeline,
    List<NodeTime> slowestNodes,
    List<Finding> findings,
    @Nullable Compression compression,
    List<String> warnings) {

  public OptimizationReport {
    simplification = List.copyOf(simplification);
    variants = List.copyOf(variants);
    slowestNodes = List.copyOf(slowestNodes);
    findings = List.copyOf(findings);
    warnings = List.copyOf(warnings);
  }

  /** This report with what doctor found. */
  public OptimizationReport withFindings(List<Finding> changed) {
    return new OptimizationReport(
        madeAt,
        model,
        machine,
        data,
        goal,
        original,
        simplified,
        simplification,
        variants,
        pipeline,
        slowestNodes,
        changed,
        compression,
        warnings);
  }

  /** This report with {@code changed} as what a reader must know. */
  public OptimizationReport withWarnings(List<String> changed) {
    return new OptimizationReport(
        madeAt,
        model,
        machine,
        data,
        goal,
        original,
        simplified,
        simplification,
        variants,
        pipeline,
        slowestNodes,
        findings,
        compression,
        changed);
  }

  /** This report with what a search found. */
  public OptimizationReport withCompression(Compression changed) {
    return new OptimizationReport(
        madeAt,
        model,
        machine,
        data,
        goal,
        original,
        simplified,
        simplification,
        variants,
        pipeline,
        slowestNodes,
        findings,
        changed,
        warnings);
  }

  /**
   * The model that was given.
   *
   * @param version what its description calls it; not a release counter
   * @param file its path as the user gave it
   * @param sha256 of the file, in lower-case hexadecimal
   * @param opset version of the standard operators
   * @param parameters elements in all floating-point initializers
   */
  public record ModelFacts(
      String name,
      String version,
      String file,
      String sha256,
      long opset,
      int nodes,
      long parameters) {}

  /**
   * Where latencies were measured.
   *
   * @param cores that the process may use
   * @param features instruction sets that matter here, such as {@code avx512_vnni}
   * @param engine the runtime and its version
   * @param threads that one inference used
   */
  public record Machine(
      String cpu,
      int cores,
      List<String> features,
      String os,
      String jdk,
      String engine,
      String skerry,
      int threads) {
    public Machine {
      features = List.copyOf(features);
    }
  }

  /**
   * Samples that ranges and accuracy come from; paths are null when there was no such data.
   *
   * @param labelled whether validation samples carry their true class
   */
  public record DataFacts(
      @Nullable String calibration,
      int calibrationSamples,
      @Nullable String validation,
      int validationSamples,
      boolean labelled) {}

  /**
   * What the variants had to reach.
   *
   * @param metric as in {@code model.toml}, such as {@code top1} or {@code agreement}
   * @param fraction whether values of the metric run from 0 to 1 and read best as percentages
   * @param higherIsBetter false for errors such as {@code mse}
   * @param maxDropPp percentage points of the metric that may be lost; of an error, by how many
   *     percent it may grow
   */
  public record Goal(String metric, boolean fraction, boolean higherIsBetter, double maxDropPp) {}

  /**
   * Figures of one graph.
   *
   * @param bytes of its file with external data
   * @param value of the goal's metric on the validation samples
   * @param peakMemoryBytes that a process with nothing but this session grew by, on this machine
   */
  public record Measured(
      long bytes,
      @Nullable Double value,
      @Nullable Latency latency,
      @Nullable Long peakMemoryBytes) {}

  /** Times of one inference, one query after another (SingleStream). */
  public record Latency(double p50Micros, double p90Micros, double p99Micros, long runs) {}

  /** What one rule did to the graph over all rounds. */
  public record RuleFacts(
      String rule, int firings, double millis, int nodesBefore, int nodesAfter) {}

  /** Whether a variant's file was written. */
  public enum Outcome {
    WRITTEN,
    REFUSED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One graph made for one target.
   *
   * @param measuredHere whether this machine is of the target's class, so that latencies hold
   * @param technique how it was made, in a few words: {@code static int8}
   * @param reason why it was refused, or what decided its form; may be empty
   * @param file name within the output folder; null when refused
   * @param measured figures of the variant; of the closest attempt when refused
   * @param dropPp percentage points of the metric lost against the original, or by how many percent
   *     an error grew; negative when gained
   * @param missedByPp how far the closest attempt stayed above the budget; null when it holds
   * @param agreement share of the samples with the original's answer, from 0 to 1
   * @param latencyRatioToOriginal the variant's p50 divided by the original's
   * @param latencyRatioToSimplified the variant's p50 divided by the simplified float graph's
   * @param decisions one for each node of the simplified graph, in graph order
   * @param tensorErrors signal-to-noise inside the graph, in graph order
   * @param outputErrors signal-to-noise of the graph's outputs
   * @param slowestNodes slowest first
   * @param search what was tried, in order
   * @param pipeline times of the parts of one answer by this variant, as its file is; null where
   *     they mean nothing: on another machine than it is for, or for made-up samples
   */
  public record Variant(
      String target,
      boolean measuredHere,
      String technique,
      Outcome outcome,
      String reason,
      @Nullable String file,
      @Nullable String sha256,
      Measured measured,
      @Nullable Double dropPp,
      @Nullable Double missedByPp,
      @Nullable Double agreement,
      @Nullable Double latencyRatioToOriginal,
      @Nullable Double latencyRatioToSimplified,
      List<Decision> decisions,
      List<TensorError> tensorErrors,
      List<TensorError> outputErrors,
      List<NodeTime> slowestNodes,
      List<SearchStep> search,
      @Nullable Pipeline pipeline) {

    public Variant {
      decisions = List.copyOf(decisions);
      tensorErrors = List.copyOf(tensorErrors);
      outputErrors = List.copyOf(outputErrors);
      slowestNodes = List.copyOf(slowestNodes);
      search = List.copyOf(search);
    }
  }

  /** The form that a node was given. */
  public enum Form {
    /** Integer kernel between quantized tensors. */
    INT8("int8"),
    /** Integer kernel whose activations are quantized as they come. */
    DYNAMIC_INT8("dynamic-int8"),
    /** Weights of 8 bits, computed in float. */
    INT8_WEIGHTS("int8-weights"),
    /** Weights of 4 bits, computed in float or by a kernel for them. */
    INT4_WEIGHTS("int4-weights"),
    /** Half precision. */
    FLOAT16("float16"),
    /** As it was. */
    FLOAT("float"),
    /** Folded, fused or dead: not in the variant. */
    REMOVED("removed");

    private final String text;

    Form(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * What became of one node and why.
   *
   * @param node its name, or its first output's when it has none
   * @param microsBefore in the simplified float graph
   * @param microsAfter in the variant
   */
  public record Decision(
      String node,
      String op,
      Form form,
      String reason,
      @Nullable Double microsBefore,
      @Nullable Double microsAfter) {}

  /**
   * How well a tensor of the variant follows the float graph's.
   *
   * @param form of the node that makes the tensor
   * @param signalToNoiseDb 10·log10 of signal power over error power; infinite or at least 200 when
   *     equal
   */
  public record TensorError(String tensor, Form form, double signalToNoiseDb) {}

  /** Mean time of one node in one inference, and its share of the whole from 0 to 1. */
  public record NodeTime(String node, String op, double micros, double share) {}

  /**
   * One candidate of the search.
   *
   * @param step counted from 1
   * @param action what changed from the step before, in words
   * @param floatNodes nodes kept in float in this candidate
   * @param accepted whether what was tried was kept
   * @param seconds since the search began
   */
  public record SearchStep(
      int step,
      String action,
      List<String> floatNodes,
      @Nullable Double value,
      @Nullable Double p50Micros,
      boolean accepted,
      double seconds) {
    public SearchStep {
      floatNodes = List.copyOf(floatNodes);
    }
  }

  /**
   * Times of the parts of one answer, from encoded input to result; medians over samples. What a
   * graph does itself ({@code optimize --pipeline}) counts as predicting.
   *
   * @param preprocessMicros from the file to the graph's inputs
   * @param predictMicros of the graph
   * @param postprocessMicros from the graph's outputs to the class or the boxes
   */
  public record Pipeline(double preprocessMicros, double predictMicros, double postprocessMicros) {
    public double totalMicros() {
      return preprocessMicros + predictMicros + postprocessMicros;
    }
  }

  /** How much a finding matters. */
  public enum Severity {
    PROBLEM,
    WARNING,
    ADVICE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Something that doctor found.
   *
   * @param what the finding in one sentence
   * @param where the node, tensor, file or device it is about; may be empty
   * @param worth what mending it gains, as far as known; may be empty
   * @param advice what to do
   */
  public record Finding(
      Severity severity, String what, String where, String worth, String advice) {}

  /**
   * A search over pruning, training, quantizing and squeezing.
   *
   * @param seconds that it took, those of earlier runs included
   * @param heldOutSamples of the calibration data, which decided
   * @param reference the value against which points lost on these samples are counted: the
   *     original's accuracy on validation data; of other metrics its value there or on them,
   *     whichever is the lower
   * @param originalBytes of the file that was given
   * @param trials all that was tried, in order; the first is the original
   * @param points what was made of the best trials, for each target the smallest first
   * @param leftOut steps that could not be taken, and why
   */
  public record Compression(
      double seconds,
      int heldOutSamples,
      double reference,
      long originalBytes,
      List<Trial> trials,
      List<Point> points,
      List<String> leftOut) {
    public Compression {
      trials = List.copyOf(trials);
      points = List.copyOf(points);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * A network that was cut out of another.
   *
   * @param parent the trial that it was cut out of; null for the original
   * @param parameterShare of the original's parameters that are left
   * @param workShare of the original's multiply-adds that are left
   * @param steps in order
   * @param lostPp on samples held out, at its best
   * @param epochs that it was trained for
   */
  public record Trial(
      String id,
      @Nullable String parent,
      double parameterShare,
      double workShare,
      List<Step> steps,
      double lostPp,
      int epochs,
      double seconds) {
    public Trial {
      steps = List.copyOf(steps);
    }
  }

  /**
   * What was done to a trial.
   *
   * @param name {@code pruned}, {@code repaired} or {@code trained}
   * @param lostPp on samples held out, after it
   */
  public record Step(String name, double lostPp, int epochs, double seconds) {}

  /**
   * A trial made for a target.
   *
   * @param strength of squeezing; 0 for none
   * @param bitsPerWeight that its integer weights take packed; null where it was not squeezed
   * @param bytes of the file
   * @param packedBytes that go over the air
   * @param timesFewer bytes over the air than the file that was given has
   * @param heldOutLostPp on samples held out; null where another target's was taken to decide
   * @param dropPp on validation data; null where it was not judged
   * @param latencyRatio to the original's latency; null where it was not measured
   * @param file null when it was not written
   */
  public record Point(
      String target,
      String trial,
      double strength,
      @Nullable Double bitsPerWeight,
      long bytes,
      long packedBytes,
      double timesFewer,
      @Nullable Double heldOutLostPp,
      @Nullable Double dropPp,
      @Nullable Double latencyRatio,
      @Nullable String file) {}
}
