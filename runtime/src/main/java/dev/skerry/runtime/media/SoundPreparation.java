package dev.skerry.runtime.media;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.AudioFeatures;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a recording, resamples it, cuts it, normalizes it and computes features when asked to;
 * for a graph that does the latter two itself, gives it samples.
 */
record SoundPreparation(
    GraphInput input, InputSpec.Audio spec, @Nullable SoundFeatures features, ElementWriter writer)
    implements MediaInput.Preparation {

  SoundPreparation(GraphInput input, InputSpec.Audio spec) {
    this(input, spec, features(spec), ElementWriter.of(input.type()));
  }

  private static @Nullable SoundFeatures features(InputSpec.Audio spec) {
    AudioFeatures plan = spec.features();
    return plan == null || spec.compiled() ? null : new SoundFeatures(plan, spec.sampleRate());
  }

  @Override
  public MediaInput.Media prepare(
      String file, byte[] encoded, MediaLimits limits, LongFunction<MemorySegment> memory) {
    float[] samples =
        Wave.decode(file, encoded, limits.samples())
            .atRate(spec.sampleRate(), spec.length())
            .samples();
    return new MediaInput.Media(prepare(samples, memory), PictureView.WHOLE);
  }

  /** What the graph takes of {@code samples} at its rate, which may be changed by it. */
  Tensor prepare(float[] samples, LongFunction<MemorySegment> memory) {
    SoundFeatures computing = features;
    return computing == null ? sound(samples, memory) : features(samples, computing, memory);
  }

  private Tensor sound(float[] samples, LongFunction<MemorySegment> memory) {
    MemorySegment segment = memory.apply(input.type().bytes(samples.length));
    Normalization.Line line =
        spec.compiled() ? Normalization.NONE.line(0) : spec.normalization().line(0);
    for (int i = 0; i < samples.length; i++) {
      writer.put(segment, i, line.apply(samples[i]));
    }
    return Tensor.of(input.type(), input.dimsFor(samples.length, 1, samples.length), segment);
  }

  /** Samples are scaled before the features; mean and deviation apply to the features. */
  private Tensor features(
      float[] samples, SoundFeatures computing, LongFunction<MemorySegment> memory) {
    Normalization line = spec.normalization();
    float scale = line.scale().getFirst().floatValue();
    for (int i = 0; i < samples.length; i++) {
      samples[i] *= scale;
    }
    float[] values = computing.of(samples);
    int perFrame = computing.coefficients();
    Normalization.Line[] rest = new Normalization(List.of(1.0), line.mean(), line.std()).lines();
    MemorySegment segment = memory.apply(input.type().bytes(values.length));
    for (int i = 0; i < values.length; i++) {
      writer.put(segment, i, rest[i % perFrame % rest.length].apply(values[i]));
    }
    long[] natural = {1, values.length / perFrame, perFrame};
    return Tensor.of(input.type(), input.dimsFor(values.length, natural), segment);
  }
}
