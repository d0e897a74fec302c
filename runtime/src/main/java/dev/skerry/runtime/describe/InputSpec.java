package dev.skerry.runtime.describe;

import org.jspecify.annotations.Nullable;

/** What one graph input takes, and how raw data becomes it ({@code [input.NAME]}). */
public sealed interface InputSpec {
  /** Grey level of what a letterbox adds to a picture, in all channels, 0 to 255. */
  int PADDING = 114;

  /** From raw values to what the graph takes. */
  Normalization normalization();

  /**
   * Whether the graph itself does what this says, so that it takes media as decoded: pictures as
   * [N, height, width, 3] bytes of any height and width, RGB; sound as [N, samples] at the sample
   * rate.
   */
  boolean compiled();

  /** This input as {@link #compiled} or not. */
  InputSpec withCompiled(boolean changed);

  /**
   * Pictures; raw values are grey levels 0 to 255.
   *
   * @param height pixels that the graph takes
   * @param width pixels that the graph takes
   */
  record Image(
      int height,
      int width,
      Channels channels,
      Layout layout,
      Fit fit,
      Normalization normalization,
      boolean compiled)
      implements InputSpec {

    @Override
    public Image withCompiled(boolean changed) {
      return new Image(height, width, channels, layout, fit, normalization, changed);
    }

    public Image withNormalization(Normalization changed) {
      return new Image(height, width, channels, layout, fit, changed, compiled);
    }
  }

  /**
   * Sound, one channel; raw values are 16-bit sample values, -32768 to 32767, whatever the file's
   * width.
   *
   * @param sampleRate samples per second that the graph expects
   * @param length samples; shorter recordings are padded with zeros at the end, longer ones cut
   * @param hop samples from one window of {@code length} to the next in a stream, at most {@code
   *     length}; the first window ends after {@code hop} samples, with zeros before them
   * @param features what is computed from the samples before the graph; null when it takes samples
   */
  record Audio(
      int sampleRate,
      int length,
      int hop,
      Normalization normalization,
      @Nullable AudioFeatures features,
      boolean compiled)
      implements InputSpec {

    /** Windows of a stream follow one another without overlap. */
    public Audio(
        int sampleRate,
        int length,
        Normalization normalization,
        @Nullable AudioFeatures features,
        boolean compiled) {
      this(sampleRate, length, length, normalization, features, compiled);
    }

    @Override
    public Audio withCompiled(boolean changed) {
      return new Audio(sampleRate, length, hop, normalization, features, changed);
    }
  }

  /** Numbers as they are ({@code kind = "tensor"}); raw values are the stored elements. */
  record Array(Normalization normalization) implements InputSpec {
    @Override
    public boolean compiled() {
      return false;
    }

    @Override
    public Array withCompiled(boolean changed) {
      return this;
    }
  }

  /** How a picture of another shape becomes one of the graph's size. */
  enum Fit {
    /** Scaled to the size; its proportions change. */
    STRETCH,
    /** Scaled until it covers the size; what stands out on two sides is cut off, half each. */
    CROP,
    /** Scaled until it lies within the size; {@link #PADDING} fills the rest, half each side. */
    LETTERBOX
  }

  /**
   * What a run of the model leaves for the next one of the same sequence; zeros at its beginning,
   * with 1 where the graph leaves a size open.
   *
   * @param next output that gives it
   */
  record State(String next) implements InputSpec {
    @Override
    public Normalization normalization() {
      return Normalization.NONE;
    }

    @Override
    public boolean compiled() {
      return false;
    }

    @Override
    public State withCompiled(boolean changed) {
      return this;
    }
  }

  /** The same number in every element and every run; callers need not give it. */
  record Constant(double value) implements InputSpec {
    @Override
    public Normalization normalization() {
      return Normalization.NONE;
    }

    @Override
    public boolean compiled() {
      return false;
    }

    @Override
    public Constant withCompiled(boolean changed) {
      return this;
    }
  }

  /** Whether it holds what callers give: not a state, nor a constant. */
  default boolean isGiven() {
    return switch (this) {
      case Image _, Audio _, Array _ -> true;
      case State _, Constant _ -> false;
    };
  }

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
