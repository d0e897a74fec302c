package dev.skerry.optimize.compress;

import dev.skerry.graph.Model;
import dev.skerry.optimize.train.Augmentation;
import dev.skerry.optimize.train.Objective;
import dev.skerry.optimize.train.Trainer;
import dev.skerry.optimize.train.TrainingOptions;
import dev.skerry.optimize.train.TrainingProgress;
import dev.skerry.optimize.train.TrainingRequest;
import dev.skerry.optimize.train.TrainingResult;
import dev.skerry.optimize.train.Update;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How networks learn from the original: settings that suit the kind of data. */
final class Lessons {
  private static final int USUAL_BATCH = 64;

  /** A short training must not undo more than it can learn again. */
  private static final int SHORT_EPOCHS = 4;

  private static final double SHORT_RATE = 1e-3;
  private static final double RATE = 1.5e-3;
  private static final double WEIGHT_DECAY = 5e-4;
  private static final double TEMPERATURE = 2;
  private static final double TEACHER_SHARE = 0.9;

  private final CompressRequest request;
  private final ModelDescription description;
  private final Path calibration;
  private final TrainingOptions options;
  private final Objective objective;
  private final Model teacher;

  /**
   * @param samples of the calibration data
   * @param teacher answers for the original
   */
  Lessons(CompressRequest request, Path calibration, int samples, boolean labelled, Model teacher) {
    this.request = request;
    this.description = request.optimize().description();
    this.calibration = calibration;
    this.teacher = teacher;
    this.options =
        TrainingOptions.standard()
            .withBatch(batch(samples))
            .withAugmentation(augmentation(description))
            .withHoldout(HeldOutSamples.SHARE, 0)
            .withSeed(request.seed())
            .withThreads(request.trainingThreads())
            .withTimed(request.timed());
    this.objective =
        description.outputs().values().stream()
                .anyMatch(output -> output.kind() == OutputSpec.Kind.RECONSTRUCTION)
            ? new Objective.Reconstruction()
            : new Objective.Distillation(
                TEMPERATURE, true, labelled ? TEACHER_SHARE : 1, 0, Map.of(), 1);
  }

  private static int batch(int samples) {
    return (int) Math.clamp((long) (samples * (1 - HeldOutSamples.SHARE) / 4), 2, USUAL_BATCH);
  }

  /** Of numbers of which nothing is known, nothing is changed. */
  private static Augmentation augmentation(ModelDescription description) {
    for (InputSpec input : description.inputs().values()) {
      if (input instanceof InputSpec.Image image) {
        return new Augmentation(Math.min(image.height(), image.width()) / 8, true, 0, 0);
      }
      if (input instanceof InputSpec.Audio audio) {
        return new Augmentation(audio.length() / 10, false, 0.03, 0);
      }
    }
    return Augmentation.NONE;
  }

  int batch() {
    return options.batch();
  }

  /** Steps of a pass over {@code samples} of calibration data. */
  static int steps(int samples) {
    int every = (int) Math.round(1 / HeldOutSamples.SHARE);
    return Math.max(1, (samples - samples / every) / batch(samples));
  }

  /** Trains {@code model} for so many steps and no more, to see how long they take. */
  void probe(Model model, int steps, Consumer<TrainingProgress> progress) {
    TrainingOptions few = options.withEpochs(1).withSteps(steps);
    var unused = Trainer.fit(asked(model, few, null, progress));
  }

  /** Trains {@code model}, going on from {@code checkpoint} where it is there. */
  TrainingResult fit(
      Model model, int epochs, int steps, Path checkpoint, Consumer<TrainingProgress> progress) {
    double rate = epochs < SHORT_EPOCHS ? SHORT_RATE : RATE;
    TrainingOptions full =
        options.withEpochs(epochs).withSteps(steps).withUpdate(Update.adamW(WEIGHT_DECAY), rate);
    return Trainer.fit(asked(model, full, checkpoint, progress));
  }

  private TrainingRequest asked(
      Model model,
      TrainingOptions with,
      @Nullable Path checkpoint,
      Consumer<TrainingProgress> progress) {
    return new TrainingRequest(
        description,
        model,
        calibration,
        null,
        Integer.MAX_VALUE,
        objective,
        objective instanceof Objective.Distillation
            ? new TrainingRequest.Teacher(description, teacher)
            : null,
        with,
        checkpoint,
        progress,
        request.ticker());
  }
}
