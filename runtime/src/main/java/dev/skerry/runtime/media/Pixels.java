package dev.skerry.runtime.media;

/**
 * A picture of 8 bits per channel.
 *
 * @param values [height, width, channels], row-major, each 0 to 255 as an unsigned byte; 1 or 3
 *     channels, RGB when 3; lent, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy per picture would cost
record Pixels(int height, int width, int channels, byte[] values) {
  Pixels {
    if (values.length != Math.multiplyExact(Math.multiplyExact(height, width), channels)) {
      throw new IllegalArgumentException(
          "%d x %d x %d pixels in %d bytes".formatted(height, width, channels, values.length));
    }
  }

  /** This picture with three channels. */
  Pixels rgb() {
    if (channels == 3) {
      return this;
    }
    byte[] colours = new byte[values.length * 3];
    for (int i = 0; i < values.length; i++) {
      colours[3 * i] = values[i];
      colours[3 * i + 1] = values[i];
      colours[3 * i + 2] = values[i];
    }
    return new Pixels(height, width, 3, colours);
  }

  /** This picture with one channel: luma by ITU-R BT.601, in 16-bit fixed point. */
  Pixels gray() {
    if (channels == 1) {
      return this;
    }
    byte[] luma = new byte[height * width];
    for (int i = 0; i < luma.length; i++) {
      int red = values[3 * i] & 0xFF;
      int green = values[3 * i + 1] & 0xFF;
      int blue = values[3 * i + 2] & 0xFF;
      luma[i] = (byte) ((19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16);
    }
    return new Pixels(height, width, 1, luma);
  }
}
