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

  private static final int HALF = 1 << (PRECISION - 1);

  private PixelResize() {}

  static Pixels to(int height, int width, Pixels source) {
    return to(height, width, source.height(), source.width(), source);
  }

  /**
   * As {@link #to(int, int, Pixels)}, for a source of which a part of the last row or column lies
   * outside the picture.
   *
   * @param tall how many of the source's rows the picture has
   * @param wide how many of its columns
   */
  static Pixels to(int height, int width, double tall, double wide, Pixels source) {
    return vertical(height, tall, horizontal(width, wide, source));
  }

  /**
   * The weights of one axis.
   *
   * @param first the first input position that counts for each output position
   * @param weights [output positions, taps], fixed-point, zero after the last that counts
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taps(int[] first, int[][] weights) {
    static Taps of(int from, double extent, int to) {
      double ratio = extent / to;
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

  private static Pixels horizontal(int width, double wide, Pixels source) {
    if (width == wide) {
      return source;
    }
    Taps taps = Taps.of(source.width(), wide, width);
    byte[] to = new byte[source.height() * width * source.channels()];
    for (int row = 0; row < source.height(); row++) {
      if (source.channels() == 3) {
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
    int width = taps.first.length;
    int start = row * source.width() * 3;
    int out = row * width * 3;
    for (int column = 0; column < width; column++) {
      int[] weights = taps.weights[column];
      int at = start + taps.first[column] * 3;
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (int weight : weights) {
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

  private static void others(Pixels source, int row, Taps taps, byte[] to) {
    int channels = source.channels();
    int width = taps.first.length;
    int start = row * source.width() * channels;
    int out = row * width * channels;
    for (int column = 0; column < width; column++) {
      for (int channel = 0; channel < channels; channel++) {
        int sum = HALF;
        int at = start + taps.first[column] * channels + channel;
        for (int weight : taps.weights[column]) {
          sum += (source.values()[at] & 0xFF) * weight;
          at += channels;
        }
        to[out++] = level(sum);
      }
    }
  }

  private static Pixels vertical(int height, double tall, Pixels source) {
    if (height == tall) {
      return source;
    }
    Taps taps = Taps.of(source.height(), tall, height);
    int stride = source.width() * source.channels();
    byte[] to = new byte[height * stride];
    int[] sums = new int[stride];
    for (int row = 0; row < height; row++) {
      Arrays.fill(sums, HALF);
      int at = taps.first[row] * stride;
      for (int weight : taps.weights[row]) {
        add(sums, source.values(), at, weight);
        at += stride;
      }
      for (int i = 0; i < stride; i++) {
        to[row * stride + i] = level(sums[i]);
      }
    }
    return new Pixels(height, source.width(), source.channels(), to);
  }

  /** A loop over neighbours without a condition, which the compiler turns into vectors. */
  private static void add(int[] sums, byte[] values, int from, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (values[from + i] & 0xFF) * weight;
    }
  }

  private static byte level(int sum) {
    return (byte) Math.clamp(sum >> PRECISION, 0, 255);
  }
}
