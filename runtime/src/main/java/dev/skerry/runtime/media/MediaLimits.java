package dev.skerry.runtime.media;

/**
 * What a file may unfold to; more is refused before its memory is taken.
 *
 * @param pixels of one picture
 * @param samples of one recording, all channels counted
 */
public record MediaLimits(long pixels, long samples) {
  /** For a user's own data. */
  public static final MediaLimits DATA = new MediaLimits(200_000_000, 500_000_000);

  /**
   * For what comes over a network: pictures of 50 megapixels (150 MB, and while one is decoded up
   * to 375 MB), ten minutes of stereo at 48 kHz.
   */
  public static final MediaLimits REQUEST = new MediaLimits(50_000_000, 57_600_000);
}
