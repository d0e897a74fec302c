package dev.skerry.runtime.media;

/**
 * A decoded picture, which may have been reduced while it was decoded.
 *
 * @param height pixels that the file has
 * @param width likewise
 * @param reduction what both were divided by, rounded up
 * @param pixels what was decoded
 */
record Picture(int height, int width, int reduction, Pixels pixels) {
  /** A picture as its file stores it. */
  static Picture of(Pixels pixels) {
    return new Picture(pixels.height(), pixels.width(), 1, pixels);
  }

  Picture with(Pixels changed) {
    return new Picture(height, width, reduction, changed);
  }

  /** All of the picture, scaled; a last row or column of which a part is outside counts as less. */
  Pixels resized(int toHeight, int toWidth) {
    double scale = 1.0 / reduction;
    return PixelResize.to(toHeight, toWidth, height * scale, width * scale, pixels);
  }
}
