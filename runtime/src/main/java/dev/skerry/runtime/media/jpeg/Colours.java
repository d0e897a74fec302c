package dev.skerry.runtime.media.jpeg;

import java.util.List;

/** From planes to interleaved samples: red, green, blue, or grey. */
final class Colours {
  // Full-range YCbCr (JFIF) in units of 1/65536, rounded as libjpeg does.
  private static final int RED_OF_CR = 91881;
  private static final int GREEN_OF_CR = -46802;
  private static final int GREEN_OF_CB = -22554;
  private static final int BLUE_OF_CB = 116130;
  private static final int HALF = 1 << 15;

  private Colours() {}

  /** [height, width] of {@code plane}. */
  static byte[] grey(Component plane, int height, int width) {
    byte[] to = new byte[Math.multiplyExact(height, width)];
    for (int y = 0; y < height; y++) {
      System.arraycopy(plane.samples, y * plane.stride, to, y * width, width);
    }
    return to;
  }

  /**
   * [height, width, 3].
   *
   * @param block samples along a side of what a block of the picture became
   * @param ycc whether planes are luma and colour differences; red, green, blue otherwise
   */
  static byte[] rgb(Frame frame, int block, boolean ycc, int height, int width) {
    byte[] to = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
    List<Upsampling> planes =
        frame.components().stream().map(each -> new Upsampling(each, frame, block)).toList();
    for (int y = 0; y < height; y++) {
      for (Upsampling plane : planes) {
        plane.seek(y);
      }
      int at = y * width * 3;
      if (ycc) {
        convert(planes.get(0), planes.get(1), planes.get(2), to, at, width);
      } else {
        interleave(planes, to, at, width);
      }
    }
    return to;
  }

  private static void convert(
      Upsampling lumas, Upsampling blues, Upsampling reds, byte[] to, int at, int width) {
    byte[] luma = lumas.row;
    byte[] blue = blues.row;
    byte[] red = reds.row;
    int y0 = lumas.start;
    int b0 = blues.start;
    int r0 = reds.start;
    int out = at;
    for (int x = 0; x < width; x++) {
      int y = luma[y0 + x] & 0xFF;
      int cb = (blue[b0 + x] & 0xFF) - 128;
      int cr = (red[r0 + x] & 0xFF) - 128;
      to[out] = InverseDct.level(y + (RED_OF_CR * cr + HALF >> 16));
      to[out + 1] = InverseDct.level(y + (GREEN_OF_CB * cb + GREEN_OF_CR * cr + HALF >> 16));
      to[out + 2] = InverseDct.level(y + (BLUE_OF_CB * cb + HALF >> 16));
      out += 3;
    }
  }

  private static void interleave(List<Upsampling> planes, byte[] to, int at, int width) {
    for (int channel = 0; channel < 3; channel++) {
      Upsampling plane = planes.get(channel);
      for (int x = 0; x < width; x++) {
        to[at + 3 * x + channel] = plane.row[plane.start + x];
      }
    }
  }
}
