package dev.skerry.agent.validate;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.ModelEngine;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.ProcessMemory;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A model that was loaded and run once, and what that did to the memory of the process.
 *
 * @param residentBytes main memory that loading and the first run added: weights, what the engine
 *     packs anew, its arena. Other work of the process at that time is in it, too. Empty where the
 *     system does not say.
 */
public record MeasuredLoad(LoadedModel model, OptionalLong residentBytes) {
  /** Loads {@code file} and runs {@code sample}; the caller closes the model. */
  public static MeasuredLoad of(ModelEngine engine, Path file, Map<String, Tensor> sample) {
    return of(() -> engine.load(file), sample, ProcessMemory::residentBytes);
  }

  /**
   * As the other.
   *
   * @param loading loads the model
   * @param residentBytes tells how many bytes are resident
   */
  public static MeasuredLoad of(
      Supplier<LoadedModel> loading,
      Map<String, Tensor> sample,
      Supplier<OptionalLong> residentBytes) {
    OptionalLong before = residentBytes.get();
    LoadedModel model = loading.get();
    try {
      model.run(sample);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    OptionalLong after = residentBytes.get();
    return new MeasuredLoad(
        model,
        before.isPresent() && after.isPresent()
            ? OptionalLong.of(Math.max(0, after.getAsLong() - before.getAsLong()))
            : OptionalLong.empty());
  }
}
