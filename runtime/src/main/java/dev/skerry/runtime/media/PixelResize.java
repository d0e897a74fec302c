package dev.skerry.runtime.media;

import java.util.Arrays;

/**
 * Bilinear resizing with antialiasing, as Pillow's {@code Image.resize(size, BILINEAR)} does it.
 *
 * <p>Each output pixel is a weighted mean of the input pixels under a triangle; when the picture
 * shrinks, the triangle widens with it, so that every input pixel counts. Along the width first,
 * then along the height; both passes round to 8 bits. Weights are fixed-point numbers of {@value
 * #PRECISION} bits.
 */
final class PixelResize {
  /** 8 bits of value, 2 bits of headroom, the rest of an int for the weight. */
  private static final int PRECISION = 22;

  /** As many weights as most pictures take that were reduced while they were decoded. */
  private static final int FEW = 4;

  private static final int HALF = 1 << (PRECISION - 1);

  private PixelResize() {}

  static Pixels to(int height, int width, Pixels source) {
    return vertical(height, horizontal(width, source));
  }

  /**
   * The weights of one axis.
   *
   * @param count input positions that each output position is made of, from its first on
   * @param first the first input position for each output position
   * @param weights [output positions, count], fixed-point, zero where a position does not matter
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taps(int count, int[] first, int[] weights) {
    static Taps of(int from, int to) {
      double ratio = (double) from / to;
      double reach = Math.max(1, ratio);
      int[] first = new int[to];
      int[] end = new int[to];
      int count = Math.min(from, FEW);
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * ratio;
        first[i] = Math.max(0, (int) (center - reach + 0.5));
        end[i] = Math.min(from, (int) (center + reach + 0.5));
        count = Math.max(count, end[i] - first[i]);
      }
      int[] weights = new int[Math.multiplyExact(to, count)];
      for (int i = 0; i < to; i++) {
        int begin = first[i];
        first[i] = Math.min(begin, from - count);
        int at = i * count + begin - first[i];
        triangle(begin, end[i], (i + 0.5) * ratio, reach, weights, at);
      }
      return new Taps(count, first, weights);
    }

    private static void triangle(
        int begin, int end, double center, double reach, int[] weights, int at) {
      double[] exact = new double[end - begin];
      double sum = 0;
      for (int j = 0; j < exact.length; j++) {
        exact[j] = Math.max(0, 1 - Math.abs((begin + j + 0.5 - center) / reach));
        sum += exact[j];
      }
      for (int j = 0; j < exact.length; j++) {
        weights[at + j] = (int) (0.5 + exact[j] / sum * (1 << PRECISION));
      }
    }
  }

  private static Pixels horizontal(int width, Pixels source) {
    if (width == source.width()) {
      return source;
    }
    Taps taps = Taps.of(source.width(), width);
    byte[] to = new byte[source.height() * width * source.channels()];
    for (int row = 0; row < source.height(); row++) {
      if (source.channels() == 3 && taps.count == FEW) {
        fewColours(source, row, taps, to);
      } else if (source.channels() == 3) {
        colours(source, row, taps, to);
      } else {
        others(source, row, taps, to);
      }
    }
    return new Pixels(source.height(), width, source.channels(), to);
  }

  /** One row of pixels with three channels, which share their weights. */
  private static void colours(Pixels source, int row, Taps taps, byte[] to) {
    byte[] from = source.values();
    int[] weights = taps.weights;
    int width = taps.first.length;
    int start = row * source.width() * 3;
    int out = row * width * 3;
    int tap = 0;
    for (int column = 0; column < width; column++) {
      int at = start + taps.first[column] * 3;
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (int end = tap + taps.count; tap < end; tap++) {
        int weight = weights[tap];
        red += (from[at] & 0xFF) * weight;
        green += (from[at + 1] & 0xFF) * weight;
        blue += (from[at + 2] & 0xFF) * weight;
        at += 3;
      }
      to[out] = level(red);
      to[out + 1] = level(green);
      to[out + 2] = level(blue);
      out += 3;
    }
  }

  /** As {@link #colours}, with {@value #FEW} weights, for which a loop would cost more. */
  private static void fewColours(Pixels source, int row, Taps taps, byte[] to) {
    byte[] from = source.values();
    int[] firsts = taps.first;
    int[] weights = taps.weights;
    int width = firsts.length;
    int start = row * source.width() * 3;
    int out = row * width * 3;
    for (int column = 0; column < width; column++) {
      int w0 = weights[4 * column];
      int w1 = weights[4 * column + 1];
      int w2 = weights[4 * column + 2];
      int w3 = weights[4 * column + 3];
      int at = start + firsts[column] * 3;
      to[out] = few(from, at, 3, w0, w1, w2, w3);
      to[out + 1] = few(from, at + 1, 3, w0, w1, w2, w3);
      to[out + 2] = few(from, at + 2, 3, w0, w1, w2, w3);
      out += 3;
    }
  }

  /** The mean of {@value #FEW} values, {@code step} apart. */
  private static byte few(byte[] from, int at, int step, int w0, int w1, int w2, int w3) {
    return level(
        HALF
            + (from[at] & 0xFF) * w0
            + (from[at + step] & 0xFF) * w1
            + (from[at + 2 * step] & 0xFF) * w2
            + (from[at + 3 * step] & 0xFF) * w3);
  }

  private static void others(Pixels source, int row, Taps taps, byte[] to) {
    int channels = source.channels();
    byte[] from = source.values();
    int width = taps.first.length;
    int start = row * source.width() * channels;
    int out = row * width * channels;
    for (int column = 0; column < width; column++) {
      for (int channel = 0; channel < channels; channel++) {
        int sum = HALF;
        int at = start + taps.first[column] * channels + channel;
        for (int tap = column * taps.count; tap < (column + 1) * taps.count; tap++) {
          sum += (from[at] & 0xFF) * taps.weights[tap];
          at += channels;
        }
        to[out++] = level(sum);
      }
    }
  }

  private static Pixels vertical(int height, Pixels source) {
    if (height == source.height()) {
      return source;
    }
    Taps taps = Taps.of(source.height(), height);
    int stride = source.width() * source.channels();
    byte[] to = new byte[height * stride];
    int[] sums = new int[stride];
    for (int row = 0; row < height; row++) {
      int at = taps.first[row] * stride;
      int tap = row * taps.count;
      if (taps.count == FEW) {
        fewRows(source.values(), at, stride, taps.weights, tap, to, row * stride);
        continue;
      }
      Arrays.fill(sums, HALF);
      for (int end = tap + taps.count; tap < end; tap++) {
        add(sums, source.values(), at, taps.weights[tap]);
        at += stride;
      }
      for (int i = 0; i < stride; i++) {
        to[row * stride + i] = level(sums[i]);
      }
    }
    return new Pixels(height, source.width(), source.channels(), to);
  }

  /** {@value #FEW} rows, weighted, to one; a loop that the compiler turns into vectors. */
  private static void fewRows(
      byte[] from, int at, int stride, int[] weights, int tap, byte[] to, int out) {
    int w0 = weights[tap];
    int w1 = weights[tap + 1];
    int w2 = weights[tap + 2];
    int w3 = weights[tap + 3];
    for (int i = 0; i < stride; i++) {
      to[out + i] = few(from, at + i, stride, w0, w1, w2, w3);
    }
  }

  /** A loop over neighbours without a condition, which the compiler turns into vectors. */
  private static void add(int[] sums, byte[] values, int from, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (values[from + i] & 0xFF) * weight;
    }
  }

  /** Weights are positive, and their sum is 1 but for rounding. */
  private static byte level(int sum) {
    return (byte) Math.min(sum >> PRECISION, 255);
  }
}
