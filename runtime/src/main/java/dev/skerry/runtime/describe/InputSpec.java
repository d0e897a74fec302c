package dev.skerry.runtime.describe;

import org.jspecify.annotations.Nullable;

/** What one graph input takes, and how raw data becomes it ({@code [input.NAME]}). */
public sealed interface InputSpec {
  /** From raw values to what the graph takes. */
  Normalization normalization();

  /**
   * Pictures; raw values are grey levels 0 to 255.
   *
   * @param height pixels that the graph takes
   * @param width pixels that the graph takes
   */
  record Image(int height, int width, Channels channels, Layout layout, Normalization normalization)
      implements InputSpec {}

  /**
   * Sound, one channel; raw values are 16-bit sample values, -32768 to 32767, whatever the file's
   * width.
   *
   * @param sampleRate samples per second that the graph expects
   * @param length samples; shorter recordings are padded with zeros at the end, longer ones cut
   * @param features what is computed from the samples before the graph; null when it takes samples
   */
  record Audio(
      int sampleRate, int length, Normalization normalization, @Nullable AudioFeatures features)
      implements InputSpec {}

  /** Numbers as they are ({@code kind = "tensor"}); raw values are the stored elements. */
  record Array(Normalization normalization) implements InputSpec {}

  /** Which colours a picture has, in the order of the graph's channels. */
  enum Channels {
    RGB(3),
    BGR(3),
    GRAY(1);

    private final int count;

    Channels(int count) {
      this.count = count;
    }

    /** How many values one pixel has. */
    public int count() {
      return count;
    }
  }

  /** Order of a picture's axes in the graph. */
  enum Layout {
    /** [N, channels, height, width]. */
    NCHW,
    /** [N, height, width, channels]. */
    NHWC
  }
}
