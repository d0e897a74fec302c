package dev.skerry.optimize.train;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.differentiate.ConvForms;
import dev.skerry.runtime.NativeArray;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.describe.OutputSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Trains the parameters of a model on samples, or on what a teacher says of them. */
public final class Trainer implements AutoCloseable {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Samples held out that judge an epoch, at least. */
  private static final int FEWEST_JUDGING = 500;

  private final TrainingRequest request;
  private final TrainingOptions options;

  @SuppressWarnings("MustBeClosedChecker") // closed with the trainer
  private final Arena arena = Arena.ofShared();

  private final TrainingData data;
  private final @Nullable TeacherRunner teacher;
  private final SequencedMap<String, NativeArray> given = new LinkedHashMap<>();
  private final SequencedMap<String, NativeArray> inputs;
  private final @Nullable NativeArray targets;
  private final int[] learning;
  private final int[] heldOut;
  private final StepRunner runner;
  private final StepGraph step;
  private final HeldOut judge;

  /** Whether a score of the samples held out says anything: classes need labels. */
  private final boolean canJudge;

  private double loss;
  private long hits;

  private Trainer(TrainingRequest request) {
    this.request = request;
    this.options = request.options();
    Map.Entry<String, OutputSpec> output = judgedOutput(request);
    boolean classes = output.getValue().kind() == OutputSpec.Kind.CLASSIFICATION;
    String judged = StepGraph.logits(request.model().graph(), output.getKey());
    try {
      this.data =
          TrainingData.open(
              request.description(),
              request.model(),
              request.data(),
              request.labels(),
              request.samples());
      requireUsable(classes);
      this.canJudge = !classes || data.hasLabels();
      int every = options.holdout() == 0 ? 0 : (int) Math.round(1 / options.holdout());
      int[] all = IntStream.range(0, data.size()).toArray();
      this.heldOut = IntStream.of(all).filter(i -> every > 0 && i % every == every - 1).toArray();
      this.learning = IntStream.of(all).filter(i -> every == 0 || i % every != every - 1).toArray();
      requireBatch();
      this.inputs = data.arrays(arena, options.batch());
      data.fill(batchOf(learning, 0), Augmentation.NONE, 0, inputs);
      given.putAll(inputs);
      long[] outputDims = outputDims(judged);
      this.targets = classes ? NativeArray.allocate(arena, DataType.FLOAT, outputDims) : null;
      if (targets != null) {
        given.put(StepGraph.TARGETS, targets);
      }
      this.teacher = openTeacher(outputDims);
      Map<String, Tensor> sample = new LinkedHashMap<>();
      given.forEach((name, array) -> sample.put(name, array.tensor()));
      ConvForms forms =
          options.timed()
              ? ConvTiming.fastest(request.model(), inputsOnly(), options.threads())
              : ConvForms.usual();
      this.step =
          StepGraph.of(
              request.model(), output.getKey(), request.objective(), options, sample, forms);
      this.runner = new StepRunner(step, given, outputDims, options.threads());
      this.judge = new HeldOut(data, judging(), judged, classes, options);
    } catch (RuntimeException | Error failed) {
      arena.close();
      throw failed;
    }
  }

  /**
   * Trains as {@code request} asks and gives the model of the best epoch.
   *
   * @throws SkerryException BAD_MODEL if the model cannot be differentiated, BAD_DATA if the data
   *     does not fit, is not finite, or the loss diverges
   */
  public static TrainingResult fit(TrainingRequest request) {
    try (Trainer trainer = new Trainer(request)) {
      return trainer.run();
    }
  }

  private static Map.Entry<String, OutputSpec> judgedOutput(TrainingRequest request) {
    for (Map.Entry<String, OutputSpec> output : request.description().outputs().entrySet()) {
      if (output.getValue().kind() != OutputSpec.Kind.DETECTION) {
        return output;
      }
    }
    throw new SkerryException(
        ErrorCode.BAD_DESCRIPTION,
        "%s describes no output that can be trained: classification, reconstruction, or embedding and tensor with a teacher"
            .formatted(request.description().file()));
  }

  private void requireUsable(boolean classes) {
    boolean labels =
        request.objective() instanceof Objective.Labels
            || (request.objective() instanceof Objective.Distillation(_, _, double share, _, _, _)
                && classes
                && share < 1);
    if (labels && !data.hasLabels()) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "the samples of %s have no labels; put them into class folders, or learn from a teacher alone"
              .formatted(data.place()));
    }
  }

  private void requireBatch() {
    if (learning.length < options.batch()) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%d samples of %s are left to learn from, fewer than one batch of %d; give more, or a smaller --batch"
              .formatted(learning.length, data.place(), options.batch()));
    }
  }

  private Map<String, Tensor> inputsOnly() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    inputs.forEach((name, array) -> tensors.put(name, array.tensor()));
    return tensors;
  }

  private long[] outputDims(String judged) {
    long[] dims = dims(judged);
    if (dims.length == 0 || dims[0] != options.batch()) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "output '%s' is %s for a batch of %d; its first axis must be the batch"
              .formatted(judged, Arrays.toString(dims), options.batch()));
    }
    return dims;
  }

  /** The shape of a value of the model, for a batch. */
  private long[] dims(String value) {
    Model exposed = HeldOut.exposing(request.model(), value);
    try (Session session = Session.open(exposed, StepRunner.config(options.threads()))) {
      return session.run(inputsOnly(), List.of(value)).firstEntry().getValue().dims();
    }
  }

  private @Nullable TeacherRunner openTeacher(long[] outputDims) {
    TrainingRequest.Teacher model = request.teacher();
    if (model == null || !(request.objective() instanceof Objective.Distillation objective)) {
      return null;
    }
    objective
        .features()
        .forEach((own, its) -> {
          requireValue(request.model(), own, "student");
          requireValue(model.model(), its, "teacher");
        });
    TeacherRunner opened = TeacherRunner.open(request, model, objective, inputs, outputDims, arena);
    try {
      objective.features().keySet().forEach(own -> requireAlike(own, objective, opened));
    } catch (RuntimeException | Error failed) {
      opened.close();
      throw failed;
    }
    given.putAll(opened.given());
    return opened;
  }

  private static void requireValue(Model model, String value, String whose) {
    if (model.graph().nodes().stream().noneMatch(node -> node.outputs().contains(value))) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "--feature names '%s', which no node of the %s gives; 'skerry inspect --nodes' lists the names of values"
              .formatted(value, whose));
    }
  }

  private void requireAlike(String own, Objective.Distillation objective, TeacherRunner opened) {
    long[] its = opened.dims(StepGraph.FEATURE + own);
    if (!Arrays.equals(dims(own), its)) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "--feature %s=%s: the student's value is %s, the teacher's %s; name two of the same shape"
              .formatted(
                  own,
                  objective.features().get(own),
                  Arrays.toString(dims(own)),
                  Arrays.toString(its)));
    }
  }

  private TrainingResult run() {
    long steps = steps();
    String run = fingerprint();
    int epoch = 0;
    SequencedMap<String, Tensor> best = learned();
    int bestEpoch = 0;
    double bestScore = Double.NEGATIVE_INFINITY;
    Path file = request.checkpoint();
    Optional<Checkpoint> earlier = file == null ? Optional.empty() : Checkpoint.read(file, run);
    if (earlier.isPresent()) {
      Checkpoint at = earlier.get();
      runner.restore(at.state());
      epoch = at.epoch();
      best = at.best();
      bestEpoch = at.bestEpoch();
      bestScore = at.bestScore();
    } else if (heldOut.length > 0) {
      bestScore = judge.score(request.model());
    }
    while (epoch < options.epochs() && !isOver(epoch, bestEpoch)) {
      epoch++;
      OptionalDouble score = epoch(epoch, steps);
      if (score.isEmpty() || score.getAsDouble() > bestScore) {
        best = learned();
        bestEpoch = epoch;
        bestScore = score.orElse(bestScore);
      }
      if (file != null) {
        new Checkpoint(run, epoch, runner.state(), best, bestEpoch, bestScore).write(file);
      }
    }
    return new TrainingResult(
        step.trained(request.model(), best),
        epoch,
        bestEpoch,
        heldOut.length == 0 || !canJudge ? OptionalDouble.empty() : OptionalDouble.of(bestScore),
        loss / Math.max(1, steps),
        step.learned().stream().mapToLong(this::elements).sum(),
        step.learned());
  }

  /** Steps of an epoch. */
  /** Of the samples held out, so many that judging a short epoch takes less than the epoch. */
  private int[] judging() {
    long most = options.steps() == 0 ? Integer.MAX_VALUE : steps() * options.batch() / 4;
    int count = (int) Math.min(heldOut.length, Math.max(FEWEST_JUDGING, most));
    return IntStream.range(0, count)
        .map(i -> heldOut[(int) ((long) i * heldOut.length / count)])
        .toArray();
  }

  private long steps() {
    long all = learning.length / options.batch();
    return options.steps() == 0 ? all : Math.min(all, options.steps());
  }

  private long elements(String name) {
    return step.state().getOrDefault(name, Tensor.vector()).elementCount();
  }

  private boolean isOver(int epoch, int bestEpoch) {
    return options.patience() > 0
        && canJudge
        && heldOut.length > 0
        && epoch - bestEpoch >= options.patience();
  }

  private SequencedMap<String, Tensor> learned() {
    SequencedMap<String, Tensor> learned = runner.state();
    learned.keySet().retainAll(step.learned());
    return learned;
  }

  /** What must be the same to go on from a checkpoint. */
  private String fingerprint() {
    TrainingOptions same = options.withThreads(1);
    CRC32 start = new CRC32();
    step.state()
        .values()
        .forEach(tensor -> start.update(tensor.data().toArray(ValueLayout.JAVA_BYTE)));
    return "%s %x | %s | %d samples of %s | %s"
        .formatted(
            request.description().name(),
            start.getValue(),
            same,
            data.size(),
            data.place(),
            request.objective());
  }

  private OptionalDouble epoch(int epoch, long steps) {
    int[] order = shuffled(epoch);
    loss = 0;
    hits = 0;
    long begun = request.ticker().nanos();
    for (long at = 0; at < steps; at++) {
      step(epoch, at, steps, batchOf(order, at));
      boolean last = at + 1 == steps;
      if (!last) {
        tell(epoch, at + 1, steps, begun, OptionalDouble.empty());
      }
    }
    OptionalDouble score =
        heldOut.length == 0 || !canJudge
            ? OptionalDouble.empty()
            : OptionalDouble.of(judge.score(step.trained(request.model(), runner.state())));
    tell(epoch, steps, steps, begun, score);
    return score;
  }

  private void tell(int epoch, long done, long steps, long begun, OptionalDouble score) {
    double seconds = (request.ticker().nanos() - begun) / 1e9;
    double perSecond = done * options.batch() / Math.max(1e-9, seconds);
    long left = (options.epochs() - epoch) * steps + steps - done;
    request
        .progress()
        .accept(
            new TrainingProgress(
                epoch,
                options.epochs(),
                done,
                steps,
                loss / done,
                targets != null && data.hasLabels()
                    ? OptionalDouble.of((double) hits / (done * options.batch()))
                    : OptionalDouble.empty(),
                score,
                perSecond,
                Duration.ofMillis((long) (1000.0 * left * options.batch() / perSecond))));
  }

  private int[] shuffled(int epoch) {
    int[] order = learning.clone();
    SplittableRandom random = new SplittableRandom(options.seed() * 0x9E3779B97F4A7C15L + epoch);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }

  private int[] batchOf(int[] order, long step) {
    int start = Math.toIntExact(step * options.batch());
    return Arrays.copyOfRange(order, start, start + options.batch());
  }

  private void step(int epoch, long at, long steps, int[] batch) {
    long number = (epoch - 1) * steps + at;
    long seed = (options.seed() * 1_000_003 + epoch) * 1_000_003 + at;
    data.fill(batch, options.augmentation(), seed, inputs);
    double lambda = mixing(seed);
    if (lambda < 1) {
      inputs.values().stream()
          .filter(array -> array.type() == DataType.FLOAT)
          .forEach(array -> TrainingData.mix(array, lambda));
    }
    if (targets != null) {
      fillTargets(targets, batch, lambda);
    }
    if (teacher != null) {
      teacher.run(batch, options.augmentation(), seed, lambda);
    }
    runner.scalar(StepGraph.RATE, options.rate(number, steps * options.epochs()));
    if (options.update() instanceof Update.Adam adam) {
      runner.scalar(StepGraph.FIRST, 1 / (1 - Math.pow(adam.beta1(), number + 1.0)));
      runner.scalar(StepGraph.SECOND, 1 / (1 - Math.pow(adam.beta2(), number + 1.0)));
    }
    double value = runner.run();
    if (!Double.isFinite(value)) {
      throw diverged(epoch, at, options.rate(number, steps * options.epochs()));
    }
    loss += value;
    hits += targets == null ? 0 : hits(batch);
  }

  /** λ of mixup, drawn from Beta(α, α) by Jöhnk's method; 1 for none. */
  private double mixing(long seed) {
    double alpha = options.augmentation().mixup();
    if (alpha == 0) {
      return 1;
    }
    SplittableRandom random = new SplittableRandom(seed ^ 0x5DEECE66DL);
    while (true) {
      double x = Math.pow(random.nextDouble(), 1 / alpha);
      double y = Math.pow(random.nextDouble(), 1 / alpha);
      if (x + y <= 1 && x + y > 0) {
        return x / (x + y);
      }
    }
  }

  private void fillTargets(NativeArray array, int[] batch, double lambda) {
    int classes = (int) (Tensor.elementCount(array.dims()) / batch.length);
    double smoothing =
        switch (request.objective()) {
          case Objective.Labels(double share) -> share;
          case Objective.Distillation(_, _, _, double share, _, _) -> share;
          case Objective.Reconstruction _ -> 0;
        };
    for (int i = 0; i < batch.length; i++) {
      for (int c = 0; c < classes; c++) {
        double target = data.label(batch[i]) == c ? 1 - smoothing : 0;
        float value = (float) (target + smoothing / classes);
        array.memory().set(FLOAT, 4L * (i * classes + c), value);
      }
    }
    if (lambda < 1) {
      TrainingData.mix(array, lambda);
    }
  }

  private long hits(int[] batch) {
    return IntStream.range(0, batch.length)
        .filter(i -> HeldOut.greatest(runner.output(), i) == data.label(batch[i]))
        .count();
  }

  private SkerryException diverged(int epoch, long at, double rate) {
    Path file = request.checkpoint();
    String kept =
        file == null || epoch == 1
            ? ""
            : " The checkpoint %s holds the %d epochs before.".formatted(file, epoch - 1);
    return new SkerryException(
        ErrorCode.BAD_DATA,
        ("the loss became NaN or infinite in step %d of epoch %d, at a learning rate of %.3g. Train"
                    + " with a lower --learning-rate (a tenth of it) or with --clip 1.")
                .formatted(at + 1, epoch, rate)
            + kept);
  }

  @Override
  public void close() {
    runner.close();
    if (teacher != null) {
      teacher.close();
    }
    data.close();
    arena.close();
  }

  /** Names of the outputs of {@code model}, and {@code value} besides. */
  static List<ValueInfo> outputsWith(Model model, String value) {
    List<ValueInfo> outputs = new ArrayList<>(model.graph().outputs());
    if (!model.graph().outputNames().contains(value)) {
      outputs.add(ValueInfo.of(value, new Type.Tensor(DataType.FLOAT, null)));
    }
    return outputs;
  }
}
