package dev.skerry.optimize.train;

import dev.skerry.graph.Model;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to train on what.
 *
 * @param description says what the model's inputs and outputs mean
 * @param model whose constants each layer has for itself, also where the file passes one on to
 *     several by {@code Identity}
 * @param data samples to learn from
 * @param labels class indices of the samples, an {@code .npy}; null where the place of the data has
 *     them
 * @param samples at most
 * @param teacher for {@link Objective.Distillation}, else null
 * @param checkpoint a file that is written after each epoch and continued from when it is there, or
 *     null
 * @param progress told after every step
 * @param ticker measures throughput
 */
public record TrainingRequest(
    ModelDescription description,
    Model model,
    Path data,
    @Nullable Path labels,
    int samples,
    Objective objective,
    @Nullable Teacher teacher,
    TrainingOptions options,
    @Nullable Path checkpoint,
    Consumer<TrainingProgress> progress,
    Ticker ticker) {
  public TrainingRequest {
    model = OwnConstants.of(model);
  }

  /** A model to learn from; it takes the same samples, in its own way. */
  public record Teacher(ModelDescription description, Model model) {}

  /** {@code model} trained on all of {@code data}, silently, without a checkpoint. */
  public static TrainingRequest of(
      ModelDescription description,
      Model model,
      Path data,
      Objective objective,
      TrainingOptions options) {
    return new TrainingRequest(
        description,
        model,
        data,
        null,
        Integer.MAX_VALUE,
        objective,
        null,
        options,
        null,
        _ -> {},
        Ticker.system());
  }

  public TrainingRequest withTeacher(Teacher changed) {
    return new TrainingRequest(
        description,
        model,
        data,
        labels,
        samples,
        objective,
        changed,
        options,
        checkpoint,
        progress,
        ticker);
  }

  public TrainingRequest withCheckpoint(@Nullable Path changed) {
    return new TrainingRequest(
        description,
        model,
        data,
        labels,
        samples,
        objective,
        teacher,
        options,
        changed,
        progress,
        ticker);
  }

  public TrainingRequest withProgress(Consumer<TrainingProgress> changed) {
    return new TrainingRequest(
        description,
        model,
        data,
        labels,
        samples,
        objective,
        teacher,
        options,
        checkpoint,
        changed,
        ticker);
  }

  public TrainingRequest withLabels(@Nullable Path changed) {
    return new TrainingRequest(
        description,
        model,
        data,
        changed,
        samples,
        objective,
        teacher,
        options,
        checkpoint,
        progress,
        ticker);
  }
}
