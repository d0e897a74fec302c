package dev.skerry.runtime.media;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongFunction;

/**
 * What a graph sees of a stream of sound: its last samples, zeros before the first. One thread at a
 * time uses it.
 */
public final class SoundWindow {
  private final SoundPreparation preparation;
  private final InputSpec.Audio spec;
  private final float[] samples;

  private SoundWindow(SoundPreparation preparation, InputSpec.Audio spec) {
    this.preparation = preparation;
    this.spec = spec;
    this.samples = new float[spec.length()];
  }

  /**
   * At the beginning of a stream for {@code input}, which must be described as sound.
   *
   * @throws SkerryException BAD_DATA if it is not
   */
  public static SoundWindow of(GraphInput input) {
    if (!(input.spec() instanceof InputSpec.Audio audio)) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "input \"%s\" takes no sound (kind = \"audio\"), so there is nothing to cut into windows"
              .formatted(input.name()));
    }
    return new SoundWindow(new SoundPreparation(input, audio), audio);
  }

  /** Samples per second that it takes. */
  public int sampleRate() {
    return spec.sampleRate();
  }

  /** Samples of a window. */
  public int length() {
    return spec.length();
  }

  /** Samples from one window to the next. */
  public int hop() {
    return spec.hop();
  }

  /**
   * Moves on by {@link #hop}.
   *
   * @param next in the units of 16-bit samples, of which {@code count} are there; zeros follow
   * @param memory gives native memory for as many bytes; the tensor lies in it
   * @return what the graph takes, a batch of one
   */
  public Tensor advance(float[] next, int count, LongFunction<MemorySegment> memory) {
    int kept = samples.length - spec.hop();
    System.arraycopy(samples, spec.hop(), samples, 0, kept);
    System.arraycopy(next, 0, samples, kept, count);
    Arrays.fill(samples, kept + count, samples.length, 0);
    return preparation.prepare(samples.clone(), memory);
  }
}
