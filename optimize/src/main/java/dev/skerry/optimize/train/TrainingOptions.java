package dev.skerry.optimize.train;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a model is trained.
 *
 * @param epochs passes over the data
 * @param steps of an epoch at most, on other samples each time; 0 for as many as the data gives
 * @param batch samples per step; what does not fill a batch is left for another epoch
 * @param update of the parameters
 * @param learningRate the highest; rises linearly over {@code warmup} and falls with a cosine to 0
 * @param warmup share of all steps, 0 to 1
 * @param clip largest norm of all gradients together; 0 for none
 * @param augmentation random changes to samples
 * @param holdout share of the data on which the best epoch is chosen, 0 to 0.5
 * @param patience epochs without a better one after which to stop; 0 for never
 * @param batchStatistics whether batch normalization uses the statistics of each batch and updates
 *     the running ones; else it stays as it is
 * @param frozen parameters whose names begin so are not trained
 * @param seed of everything random
 * @param threads of the engine
 * @param timed whether the forms of gradients are chosen by timing here: faster steps, but results
 *     of two runs may differ in their last bits
 */
public record TrainingOptions(
    int epochs,
    int steps,
    int batch,
    Update update,
    double learningRate,
    double warmup,
    double clip,
    Augmentation augmentation,
    double holdout,
    int patience,
    boolean batchStatistics,
    List<String> frozen,
    long seed,
    int threads,
    boolean timed) {
  public TrainingOptions {
    frozen = List.copyOf(frozen);
    require(epochs >= 1, "epochs", epochs, "at least 1");
    require(steps >= 0, "steps", steps, "at least 0");
    require(batch >= 2, "batch", batch, "at least 2");
    require(learningRate > 0 && learningRate <= 1000, "learning rate", learningRate, "above 0");
    require(warmup >= 0 && warmup <= 1, "warmup", warmup, "from 0 to 1");
    require(clip >= 0, "clip", clip, "at least 0");
    require(holdout >= 0 && holdout <= 0.5, "holdout", holdout, "from 0 to 0.5");
    require(patience >= 0, "patience", patience, "at least 0");
  }

  /** Ten epochs of AdamW in batches of 64, a tenth of the data held out, no augmentation. */
  public static TrainingOptions standard() {
    return new TrainingOptions(
        10,
        0,
        64,
        Update.adamW(1e-2),
        1e-3,
        0.05,
        0,
        Augmentation.NONE,
        0.1,
        0,
        true,
        List.of(),
        1,
        Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8),
        false);
  }

  static void require(boolean holds, String what, double value, String expected) {
    if (!holds) {
      throw new SkerryException(
          ErrorCode.USAGE, "the %s must be %s, not %s".formatted(what, expected, value));
    }
  }

  /** The learning rate of the step numbered {@code step}, from 0, of {@code steps}. */
  double rate(long step, long steps) {
    double rising = warmup * steps;
    if (step < rising) {
      return learningRate * (step + 1) / (rising + 1);
    }
    double done = (step - rising) / Math.max(1, steps - rising);
    return learningRate * 0.5 * (1 + Math.cos(Math.PI * done));
  }

  /** These options under change. */
  private static final class Draft {
    int epochs;
    int steps;
    int batch;
    Update update;
    double learningRate;
    double warmup;
    double clip;
    Augmentation augmentation;
    double holdout;
    int patience;
    boolean batchStatistics;
    List<String> frozen;
    long seed;
    int threads;
    boolean timed;

    Draft(TrainingOptions from) {
      epochs = from.epochs;
      steps = from.steps;
      batch = from.batch;
      update = from.update;
      learningRate = from.learningRate;
      warmup = from.warmup;
      clip = from.clip;
      augmentation = from.augmentation;
      holdout = from.holdout;
      patience = from.patience;
      batchStatistics = from.batchStatistics;
      frozen = from.frozen;
      seed = from.seed;
      threads = from.threads;
      timed = from.timed;
    }

    TrainingOptions done() {
      return new TrainingOptions(
          epochs,
          steps,
          batch,
          update,
          learningRate,
          warmup,
          clip,
          augmentation,
          holdout,
          patience,
          batchStatistics,
          frozen,
          seed,
          threads,
          timed);
    }
  }

  private TrainingOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  public TrainingOptions withEpochs(int changed) {
    return with(draft -> draft.epochs = changed);
  }

  public TrainingOptions withSteps(int changed) {
    return with(draft -> draft.steps = changed);
  }

  public TrainingOptions withBatch(int changed) {
    return with(draft -> draft.batch = changed);
  }

  public TrainingOptions withUpdate(Update changed, double rate) {
    return with(draft -> {
      draft.update = changed;
      draft.learningRate = rate;
    });
  }

  public TrainingOptions withClip(double changed) {
    return with(draft -> draft.clip = changed);
  }

  public TrainingOptions withAugmentation(Augmentation changed) {
    return with(draft -> draft.augmentation = changed);
  }

  public TrainingOptions withHoldout(double share, int epochsOfPatience) {
    return with(draft -> {
      draft.holdout = share;
      draft.patience = epochsOfPatience;
    });
  }

  public TrainingOptions withBatchStatistics(boolean changed) {
    return with(draft -> draft.batchStatistics = changed);
  }

  public TrainingOptions withFrozen(List<String> changed) {
    return with(draft -> draft.frozen = changed);
  }

  public TrainingOptions withSeed(long changed) {
    return with(draft -> draft.seed = changed);
  }

  public TrainingOptions withThreads(int changed) {
    return with(draft -> draft.threads = changed);
  }

  public TrainingOptions withTimed(boolean changed) {
    return with(draft -> draft.timed = changed);
  }
}
