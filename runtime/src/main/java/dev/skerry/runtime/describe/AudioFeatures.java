package dev.skerry.runtime.describe;

/**
 * Features computed from sound before the graph ({@code [input.NAME.features]}).
 *
 * <p>Frames of {@code window} samples, {@code hop} apart, each under a periodic Hann window; power
 * spectrum of {@code fft} points; triangular filters on the mel scale 2595 log10(1 + f / 700);
 * natural logarithm of the filter's energy plus {@code logOffset}; for MFCC an orthonormal DCT-II
 * of which the first {@code coefficients} are kept.
 *
 * @param window samples per frame
 * @param hop samples from one frame to the next
 * @param fft points of the transform, a power of two, at least {@code window}
 * @param mels number of filters
 * @param coefficients values kept per frame; equals {@code mels} for log-mel
 * @param lowHz where the first filter begins
 * @param highHz where the last filter ends, at most half the sample rate
 */
public record AudioFeatures(
    Kind kind,
    int window,
    int hop,
    int fft,
    int mels,
    int coefficients,
    double lowHz,
    double highHz,
    double logOffset) {

  /** Which features. */
  public enum Kind {
    LOG_MEL,
    MFCC
  }

  /** Frames that {@code samples} samples give; frames do not reach over the end. */
  public int frames(int samples) {
    return samples < window ? 0 : 1 + (samples - window) / hop;
  }
}
