package dev.skerry.runtime.media;

/**
 * The part of a picture that a model was shown, as fractions of the whole picture; what a letterbox
 * shows reaches beyond the picture.
 *
 * @param left edge of the part; 0 is the picture's left edge, 1 its right one
 * @param top edge of the part
 * @param width of the part; 1 is the whole picture's
 * @param height of the part
 */
public record PictureView(float left, float top, float width, float height) {
  /** The whole picture, as a stretched one is shown. */
  public static final PictureView WHOLE = new PictureView(0, 0, 1, 1);

  /** {@code found} in the picture, cut at its edges, where it was found in the part. */
  Detection inPicture(Detection found) {
    return this.equals(WHOLE)
        ? found
        : new Detection(
            found.classIndex(),
            found.score(),
            Math.clamp(left + width * found.x1(), 0, 1),
            Math.clamp(top + height * found.y1(), 0, 1),
            Math.clamp(left + width * found.x2(), 0, 1),
            Math.clamp(top + height * found.y2(), 0, 1));
  }
}
