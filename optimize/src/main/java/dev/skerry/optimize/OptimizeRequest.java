package dev.skerry.optimize;

import dev.skerry.optimize.squeeze.Squeezer;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What to make of which model.
 *
 * @param description the model with its data and goal
 * @param guesses what the description says without anybody having said it, in sentences
 * @param out the folder for variants
 * @param samples calibration samples at most
 * @param validationSamples at most; the figures are of these
 * @param timeLimit for the search of one target
 * @param threads that one inference may use
 * @param pipeline whether files hold what the description declares before and after the model
 * @param squeeze how far integer weights are squeezed
 * @param progress told what is done, in a few words
 */
public record OptimizeRequest(
    ModelDescription description,
    List<String> guesses,
    Path out,
    int samples,
    int validationSamples,
    Duration timeLimit,
    int threads,
    boolean pipeline,
    Squeeze squeeze,
    Consumer<String> progress) {

  public static final int STANDARD_SAMPLES = 256;
  public static final int STANDARD_VALIDATION_SAMPLES = 5000;
  public static final Duration STANDARD_TIME_LIMIT = Duration.ofSeconds(180);

  public OptimizeRequest {
    guesses = List.copyOf(guesses);
  }

  /** How far integer weights are squeezed to fewer bits. */
  public sealed interface Squeeze {
    /** Not at all. */
    record None() implements Squeeze {}

    /** By a strength as {@link Squeezer#by} takes it. */
    record By(double strength) implements Squeeze {}

    /** As far as calibration data allows within the accuracy budget. */
    record WithinBudget() implements Squeeze {}
  }

  /** {@code description} optimized into {@code out} with standard limits, silently. */
  public static OptimizeRequest standard(ModelDescription description, Path out) {
    return new OptimizeRequest(
        description,
        List.of(),
        out,
        STANDARD_SAMPLES,
        STANDARD_VALIDATION_SAMPLES,
        STANDARD_TIME_LIMIT,
        1,
        false,
        new Squeeze.None(),
        _ -> {});
  }
}
