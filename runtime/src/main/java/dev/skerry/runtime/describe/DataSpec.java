package dev.skerry.runtime.describe;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the data is ({@code [data]}); each may be missing.
 *
 * @param calibration shows the ranges of values; needs no labels
 * @param validation judges; never used for anything else
 * @param labels class indices of {@code validation}, an {@code .npy} with one integer per sample
 */
public record DataSpec(
    @Nullable Path calibration, @Nullable Path validation, @Nullable Path labels) {
  public static final DataSpec NONE = new DataSpec(null, null, null);

  public DataSpec withCalibration(@Nullable Path changed) {
    return new DataSpec(changed, validation, labels);
  }

  public DataSpec withValidation(@Nullable Path changed) {
    return new DataSpec(calibration, changed, labels);
  }

  public DataSpec withLabels(@Nullable Path changed) {
    return new DataSpec(calibration, validation, changed);
  }
}
