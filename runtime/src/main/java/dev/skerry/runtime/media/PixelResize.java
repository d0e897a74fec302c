package dev.skerry.runtime.media;

/**
 * Bilinear resizing with antialiasing, as Pillow's {@code Image.resize(size, BILINEAR)} does it.
 *
 * <p>Each output pixel is a weighted mean of the input pixels under a triangle; when the picture
 * shrinks, the triangle widens with it, so that every input pixel counts. Rows first, then columns;
 * both passes round to 8 bits. Weights are fixed-point numbers of {@value #PRECISION} bits.
 */
final class PixelResize {
  /** 8 bits of value, 2 bits of headroom, the rest of an int for the weight. */
  private static final int PRECISION = 22;

  private PixelResize() {}

  static Pixels to(int height, int width, Pixels source) {
    return vertical(height, horizontal(width, source));
  }

  /**
   * The weights of one axis.
   *
   * @param first the first input position that counts for each output position
   * @param weights [output positions, taps], fixed-point, zero after the last that counts
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taps(int[] first, int[][] weights) {
    static Taps of(int from, int to) {
      double ratio = (double) from / to;
      double reach = Math.max(1, ratio);
      int[] first = new int[to];
      int[][] weights = new int[to][];
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * ratio;
        int begin = Math.max(0, (int) (center - reach + 0.5));
        int end = Math.min(from, (int) (center + reach + 0.5));
        first[i] = begin;
        weights[i] = triangle(begin, end, center, reach);
      }
      return new Taps(first, weights);
    }

    private static int[] triangle(int begin, int end, double center, double reach) {
      double[] exact = new double[end - begin];
      double sum = 0;
      for (int j = 0; j < exact.length; j++) {
        exact[j] = Math.max(0, 1 - Math.abs((begin + j + 0.5 - center) / reach));
        sum += exact[j];
      }
      int[] fixed = new int[exact.length];
      for (int j = 0; j < exact.length; j++) {
        fixed[j] = (int) (0.5 + exact[j] / sum * (1 << PRECISION));
      }
      return fixed;
    }
  }

  private static Pixels horizontal(int width, Pixels source) {
    if (width == source.width()) {
      return source;
    }
    Taps taps = Taps.of(source.width(), width);
    int channels = source.channels();
    byte[] from = source.values();
    byte[] to = new byte[source.height() * width * channels];
    int out = 0;
    for (int row = 0; row < source.height(); row++) {
      int start = row * source.width() * channels;
      for (int column = 0; column < width; column++) {
        int[] weights = taps.weights[column];
        int at = start + taps.first[column] * channels;
        for (int channel = 0; channel < channels; channel++) {
          to[out++] = weighted(from, at + channel, channels, weights);
        }
      }
    }
    return new Pixels(source.height(), width, channels, to);
  }

  private static Pixels vertical(int height, Pixels source) {
    if (height == source.height()) {
      return source;
    }
    Taps taps = Taps.of(source.height(), height);
    int stride = source.width() * source.channels();
    byte[] to = new byte[height * stride];
    for (int row = 0; row < height; row++) {
      int at = taps.first[row] * stride;
      for (int i = 0; i < stride; i++) {
        to[row * stride + i] = weighted(source.values(), at + i, stride, taps.weights[row]);
      }
    }
    return new Pixels(height, source.width(), source.channels(), to);
  }

  private static byte weighted(byte[] values, int first, int step, int[] weights) {
    int sum = 1 << (PRECISION - 1);
    int at = first;
    for (int weight : weights) {
      sum += (values[at] & 0xFF) * weight;
      at += step;
    }
    return (byte) Math.clamp(sum >> PRECISION, 0, 255);
  }
}
