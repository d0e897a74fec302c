package dev.skerry.runtime.media;

import dev.skerry.runtime.describe.InputSpec;
import java.util.Arrays;

/**
 * How a picture of one size becomes one of another: it is scaled to {@code scaledHeight} x {@code
 * scaledWidth}; of that, what begins at ({@code top}, {@code left}) is shown. Below 0, and behind
 * the scaled picture's end, there is padding.
 *
 * <p>All in whole numbers, so that a graph computes the same.
 */
record PictureFit(int scaledHeight, int scaledWidth, int top, int left) {

  /** The fit of a picture of {@code height} x {@code width} pixels to what {@code spec} takes. */
  static PictureFit of(InputSpec.Image spec, int height, int width) {
    // Whether the picture is wider, for its height, than what the model takes.
    boolean wider = (long) width * spec.height() >= (long) height * spec.width();
    return switch (spec.fit()) {
      case STRETCH -> new PictureFit(spec.height(), spec.width(), 0, 0);
      case CROP ->
          wider
              ? centered(spec, spec.height(), scaled(width, spec.height(), height, 0))
              : centered(spec, scaled(height, spec.width(), width, 0), spec.width());
      case LETTERBOX ->
          wider
              ? centered(spec, Math.max(1, scaled(height, spec.width(), width, 1)), spec.width())
              : centered(spec, spec.height(), Math.max(1, scaled(width, spec.height(), height, 1)));
    };
  }

  /**
   * {@code size * to / from}, cut to a whole number.
   *
   * @param halves 1 to round to the nearest instead
   */
  private static int scaled(int size, int to, int from, int halves) {
    return Math.toIntExact((2L * size * to + (long) halves * from) / (2L * from));
  }

  private static PictureFit centered(InputSpec.Image spec, int height, int width) {
    int top = (Math.max(height, spec.height()) - Math.min(height, spec.height())) / 2;
    int left = (Math.max(width, spec.width()) - Math.min(width, spec.width())) / 2;
    boolean padded = spec.fit() == InputSpec.Fit.LETTERBOX;
    return new PictureFit(height, width, padded ? -top : top, padded ? -left : left);
  }

  /** What is shown of the picture. */
  PictureView view(InputSpec.Image spec) {
    return new PictureView(
        (float) left / scaledWidth,
        (float) top / scaledHeight,
        (float) spec.width() / scaledWidth,
        (float) spec.height() / scaledHeight);
  }

  /**
   * {@code picture} scaled, cut and padded to what {@code spec} takes.
   *
   * @param picture with the channels that the model takes
   */
  Pixels apply(InputSpec.Image spec, Pixels picture) {
    Pixels scaled = PixelResize.to(scaledHeight, scaledWidth, picture);
    if (scaledHeight == spec.height() && scaledWidth == spec.width()) {
      return scaled;
    }
    int channels = picture.channels();
    byte[] values = new byte[spec.height() * spec.width() * channels];
    Arrays.fill(values, (byte) InputSpec.PADDING);
    int rows = Math.min(spec.height(), scaledHeight);
    int columns = Math.min(spec.width(), scaledWidth);
    for (int y = 0; y < rows; y++) {
      int from = ((y + Math.max(0, top)) * scaledWidth + Math.max(0, left)) * channels;
      int to = ((y + Math.max(0, -top)) * spec.width() + Math.max(0, -left)) * channels;
      System.arraycopy(scaled.values(), from, values, to, columns * channels);
    }
    return new Pixels(spec.height(), spec.width(), channels, values);
  }
}
