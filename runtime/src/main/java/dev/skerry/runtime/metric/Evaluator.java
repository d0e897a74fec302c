package dev.skerry.runtime.metric;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges models on data against a reference, which runs once.
 *
 * <p>Agreement is the share of the reference's answers that a model gives too, for the output where
 * it is lowest: of a classification the same greatest class; of a detection the reference's boxes
 * (score at or above the threshold, after suppression) that have a partner of their class with an
 * overlap of at least 0.9; of other outputs the mean cosine similarity. Outputs of the reference
 * that are compared number by number are kept up to {@value #KEPT_BYTES} bytes, evenly spread.
 *
 * <p>Borrows the source, which must stay open; the caller closes the evaluator before it. Serves
 * one thread.
 */
public final class Evaluator implements AutoCloseable {
  /** Samples over which signal-to-noise ratios are taken, at most. */
  public static final int SNR_SAMPLES = 64;

  private static final long KEPT_BYTES = 128L << 20;

  /** Cosine of outputs that differ by rounding alone. */
  private static final double ALIKE = 0.999;

  private final ModelDescription description;
  private final Model reference;
  private final Metric metric;
  private final JudgedOutputs outputs;
  private final @Nullable String judged;
  private final @Nullable String original;
  private final int threads;
  private final SampleSource source;
  private final int size;
  private final Batches batches;
  private final List<String> notes = new ArrayList<>();

  /** The reference's answers, by output, in the order of samples. */
  private final Map<String, List<Answer>> answers = new LinkedHashMap<>();

  /** The reference's plain outputs of every {@link #keepEvery}-th sample, by output. */
  private final Map<String, Map<Integer, float[]>> kept = new LinkedHashMap<>();

  private final BitSet right = new BitSet();
  private int keepEvery = 1;
  private double referenceValue = 1;

  private Evaluator(
      ModelDescription description, Model reference, SampleSource source, int threads) {
    this.description = description;
    this.reference = reference;
    this.outputs = JudgedOutputs.of(description, reference);
    this.metric = metric(description.goal().metric(), source);
    this.judged = outputs.about(metric).orElse(null);
    this.original =
        judged != null && outputs.isReconstruction(judged) ? onlyInput(reference) : null;
    this.threads = threads;
    this.source = source;
    this.size = source.size();
    this.batches = new Batches(source);
  }

  /**
   * Runs {@code reference} on all of {@code source}.
   *
   * @param description says which metric and what the outputs mean
   * @param threads of the engine, for the reference and for what is judged
   * @throws SkerryException BAD_DESCRIPTION when no output suits the metric
   */
  public static Evaluator of(
      ModelDescription description, Model reference, SampleSource source, int threads) {
    Evaluator evaluator = new Evaluator(description, reference, source, threads);
    try (Session session = evaluator.open(reference)) {
      Runner runner = evaluator.runner(session);
      evaluator.learn(runner, evaluator.proven(BatchSize.of(reference), runner));
      return evaluator;
    } catch (RuntimeException | Error failed) {
      evaluator.close();
      throw failed;
    }
  }

  private Session open(Model model) {
    return Session.open(model, SessionConfig.standard().withThreads(threads));
  }

  private Runner runner(Session session) {
    return inputs -> session.run(inputs, outputs.names());
  }

  private Metric metric(Metric wanted, SampleSource source) {
    if (source.isRandom()) {
      notes.add("there is no data: judged on random inputs, which say nothing about accuracy");
      return new Metric.Agreement();
    }
    if (wanted.needsLabels() && !source.hasLabels()) {
      notes.add(
          "%s needs labels, and %s has none: judged by agreement with the reference instead"
              .formatted(wanted.text(), source.place()));
      return new Metric.Agreement();
    }
    return wanted;
  }

  private static String onlyInput(Model reference) {
    if (reference.graph().requiredInputs().size() != 1) {
      throw new SkerryException(
          ErrorCode.BAD_DESCRIPTION,
          "a reconstruction is judged against the model's input, but it has "
              + reference.graph().requiredInputs().size());
    }
    return reference.graph().requiredInputs().getFirst().name();
  }

  /** What is measured: the description's metric, or agreement when there are no labels or data. */
  public Metric metric() {
    return metric;
  }

  /** The metric of the reference; 1 when it is compared with itself. */
  public double referenceValue() {
    return referenceValue;
  }

  /** Positions of samples that the reference answers right; none unless the metric is accuracy. */
  public int[] answeredRight() {
    return right.stream().toArray();
  }

  /** What a reader must know to understand the figures. */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  private void learn(Runner reference, int batch) {
    Meter meter = meter();
    batches.forEach(
        batch,
        given -> {
          OutputRows rows = run(reference, given);
          OutputRows inputs = inputs(given);
          for (int i = 0; i < given.size(); i++) {
            plan(rows, given.first() + i);
            remember(rows, i, given.first() + i);
            measure(meter, given.labels().get(i), rows, inputs, i);
          }
        });
    referenceValue = meter == null ? 1 : meter.value();
    if (meter instanceof Meter.Accuracy accuracy) {
      right.or(accuracy.hits());
    }
    warnOfSilence();
  }

  private void warnOfSilence() {
    answers.forEach((name, given) -> {
      boolean silent =
          given.stream().allMatch(a -> a instanceof Answer.Objects(var o) && o.isEmpty());
      if (silent) {
        notes.add("the reference detects nothing in output \"" + name + "\" on this data");
      }
    });
  }

  /** How many samples apart plain outputs are kept, known when the first one is seen. */
  private void plan(OutputRows rows, int position) {
    if (position == 0) {
      long bytes = outputs.names().stream().mapToLong(name -> 4L * rows.row(name, 0).length).sum();
      keepEvery = (int) Math.max(1, Math.ceilDiv(bytes * size, KEPT_BYTES));
    }
  }

  private boolean keeps(int position) {
    return position % keepEvery == 0;
  }

  private boolean isForNoise(int position) {
    int step = Math.ceilDiv(Math.ceilDiv(size, keepEvery), SNR_SAMPLES);
    return keeps(position) && position / keepEvery % step == 0;
  }

  private void remember(OutputRows rows, int row, int position) {
    outputs
        .specs()
        .forEach((name, spec) ->
            answers
                .computeIfAbsent(name, _ -> new ArrayList<>())
                .add(answer(name, spec, rows, row, position)));
    for (String name : outputs.names()) {
      if (isForNoise(position) || (metric instanceof Metric.Cosine && keeps(position))) {
        kept.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(position, rows.row(name, row));
      }
    }
  }

  private Answer answer(String name, OutputSpec spec, OutputRows rows, int row, int position) {
    String boxes = spec.boxes();
    float[] corners = boxes == null ? new float[0] : rows.row(boxes, row);
    return Answer.of(spec, rows.row(name, row), corners, keeps(position));
  }

  private static OutputRows run(Runner runner, Batches.Batch batch) {
    SequencedMap<String, Tensor> given = runner.run(batch.inputs());
    given.forEach((name, tensor) -> {
      if (batch.size() > 1 && (tensor.rank() == 0 || tensor.dim(0) != batch.size())) {
        throw new SkerryException(
            ErrorCode.BAD_MODEL,
            "output \"%s\" is %s for a batch of %d; its first axis must be the batch"
                .formatted(name, tensor, batch.size()));
      }
    });
    return new OutputRows(batch.size(), given);
  }

  /** {@code batch} when two samples at once give what they give one by one; 1 otherwise. */
  private int proven(int batch, Runner runner) {
    if (batch == 1 || size < 2) {
      return 1;
    }
    List<float[]> single = new ArrayList<>();
    List<float[]> joined = new ArrayList<>();
    try (Batches two = new Batches(source.limit(2))) {
      two.forEach(1, given -> collect(run(runner, given), 1, single));
      two.forEach(2, given -> collect(run(runner, given), given.size(), joined));
    } catch (SkerryException refused) {
      note("samples are run one by one, since a batch is refused: " + refused.getMessage());
      return 1;
    }
    for (int i = 0; i < single.size(); i++) {
      if (Vectors.cosine(single.get(i), joined.get(i)) < ALIKE) {
        note("samples are run one by one, since a batch changes their results");
        return 1;
      }
    }
    return batch;
  }

  private void collect(OutputRows rows, int samples, List<float[]> into) {
    for (int i = 0; i < samples; i++) {
      for (String name : outputs.names()) {
        into.add(rows.row(name, i));
      }
    }
  }

  private void note(String note) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  private OutputRows inputs(Batches.Batch batch) {
    return new OutputRows(batch.size(), original == null ? Map.of() : batch.inputs());
  }

  private @Nullable Meter meter() {
    return switch (metric) {
      case Metric.Top1() -> new Meter.Accuracy(1);
      case Metric.TopK(int k) -> new Meter.Accuracy(k);
      case Metric.Auc() -> new Meter.Roc();
      case Metric.Mse() -> new Meter.Error();
      case Metric.Cosine(), Metric.Agreement() -> null;
    };
  }

  private void measure(
      @Nullable Meter meter, int label, OutputRows rows, OutputRows inputs, int row) {
    if (meter != null && judged != null) {
      float[] input = original == null ? new float[0] : inputs.row(original, row);
      meter.add(label, rows.row(judged, row), input);
    }
  }

  /**
   * Judges {@code candidate}, whose inputs and outputs are named as the reference's. Where one of
   * both prepares its input itself, each gets the samples as it takes them.
   */
  public Score score(Model candidate) {
    boolean alike =
        description.asIn(candidate).inputs().equals(description.asIn(reference).inputs());
    try (Session session = open(candidate)) {
      Runner runner = runner(session);
      if (alike) {
        return score(runner, proven(BatchSize.of(candidate), runner));
      }
      try (Batches given = new Batches(source.as(description, candidate))) {
        return score(runner, given, 1);
      }
    }
  }

  /** Judges an open session, one sample at a time. */
  public Score score(Session candidate) {
    return score(runner(candidate), 1);
  }

  /**
   * Judges whatever runs.
   *
   * @param batch samples that it may be given at once; 1 when in doubt
   */
  public Score score(Runner candidate, int batch) {
    return score(candidate, batches, batch);
  }

  private Score score(Runner candidate, Batches samples, int batch) {
    Meter meter = meter();
    Tally tally = new Tally();
    samples.forEach(
        batch,
        given -> {
          OutputRows rows = run(candidate, given);
          OutputRows inputs = inputs(given);
          for (int i = 0; i < given.size(); i++) {
            tally.compare(rows, i, given.first() + i);
            measure(meter, given.labels().get(i), rows, inputs, i);
          }
        });
    return tally.score(meter);
  }

  /** The comparison of one candidate with the reference, as it grows. */
  private final class Tally {
    private final Map<String, Double> hits = new LinkedHashMap<>();
    private final Map<String, Double> totals = new LinkedHashMap<>();
    private final SequencedMap<String, NoiseMeter> noise = new LinkedHashMap<>();
    private double cosines;
    private int compared;

    void compare(OutputRows rows, int row, int position) {
      outputs
          .specs()
          .forEach((name, spec) -> {
            List<Answer> wanted = answers.getOrDefault(name, List.of());
            Answer given = answer(name, spec, rows, row, position);
            Answer.Share share = wanted.get(position).agreement(given);
            hits.merge(name, share.hits(), Double::sum);
            totals.merge(name, share.total(), Double::sum);
          });
      kept.forEach(
          (name, samples) -> compare(name, samples.get(position), rows.row(name, row), position));
    }

    private void compare(String name, float @Nullable [] wanted, float[] given, int position) {
      if (wanted == null) {
        return;
      }
      cosines += Vectors.cosine(wanted, given);
      compared++;
      if (isForNoise(position)) {
        noise.computeIfAbsent(name, _ -> new NoiseMeter()).add(wanted, given);
      }
    }

    private double agreement() {
      double lowest = 1;
      for (Map.Entry<String, Double> output : totals.entrySet()) {
        double total = output.getValue();
        double share = total == 0 ? 1 : hits.getOrDefault(output.getKey(), 0.0) / total;
        lowest = Math.min(lowest, share);
      }
      return lowest;
    }

    Score score(@Nullable Meter meter) {
      double agreement = agreement();
      double cosine = compared == 0 ? 1 : cosines / compared;
      double value =
          meter != null ? meter.value() : metric instanceof Metric.Cosine ? cosine : agreement;
      SequencedMap<String, Double> snr = new LinkedHashMap<>();
      noise.forEach((name, ratio) -> snr.put(name, ratio.decibels()));
      double lostPp = metric.lostPp(referenceValue, value);
      return new Score(metric, value, referenceValue, lostPp, agreement, size, snr, notes);
    }
  }

  /** Frees the samples that were kept; the source stays open. */
  @Override
  public void close() {
    batches.close();
  }
}
