package dev.skerry.runtime.media;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * Makes the tensor that one input of a graph takes from the bytes of a JPEG, PNG, BMP, GIF or WAV
 * file. Immutable; threads may use it at the same time.
 */
public final class MediaInput {
  /** What a kind of media has to do. */
  sealed interface Preparation permits PicturePreparation, SoundPreparation {
    Media prepare(String file, byte[] encoded, MediaLimits limits, LongFunction<MemorySegment> to);
  }

  /**
   * A file as the graph takes it.
   *
   * @param tensor a batch of one
   * @param view of a picture that the graph sees; the whole of anything else
   */
  public record Media(Tensor tensor, PictureView view) {}

  private final GraphInput input;
  private final MediaLimits limits;
  private final Preparation preparation;

  private MediaInput(GraphInput input, MediaLimits limits) {
    this.input = input;
    this.limits = limits;
    this.preparation =
        switch (input.spec()) {
          case InputSpec.Image image -> new PicturePreparation(input, image);
          case InputSpec.Audio audio -> new SoundPreparation(input, audio);
          case InputSpec.Array _, InputSpec.State _, InputSpec.Constant _ -> throw noMedia(input);
        };
  }

  /**
   * For {@code input}, which must be described as a picture or sound.
   *
   * @throws SkerryException BAD_DATA if it is not, or the description contradicts the graph
   */
  public static MediaInput of(GraphInput input, MediaLimits limits) {
    return new MediaInput(input, limits);
  }

  private static SkerryException noMedia(GraphInput input) {
    return new SkerryException(
        ErrorCode.BAD_DATA,
        "input \"%s\" takes numbers, not a picture or a recording; describe it"
                .formatted(input.name())
            + " as kind = \"image\" or \"audio\", or send tensors");
  }

  /** The graph's input. */
  public GraphInput input() {
    return input;
  }

  /** Whether it takes pictures; sound otherwise. */
  public boolean takesPictures() {
    return input.spec() instanceof InputSpec.Image;
  }

  /**
   * Decodes and prepares one file.
   *
   * @param file what messages call it
   * @param memory gives native memory for as many bytes; the tensor lies in it
   * @throws SkerryException BAD_DATA if the bytes are damaged, of another kind or too large
   */
  public Media read(String file, byte[] encoded, LongFunction<MemorySegment> memory) {
    return preparation.prepare(file, encoded, limits, memory);
  }
}
