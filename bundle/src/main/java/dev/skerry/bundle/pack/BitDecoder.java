package dev.skerry.bundle.pack;

import dev.skerry.bundle.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The reading side of {@link BitEncoder}. */
final class BitDecoder implements BitCoder {
  private static final long TOP = 0xFFFF_FFFFL;
  private static final int BUFFER_BYTES = 1 << 16;

  /** Zeros that an encoder leaves out at the end. */
  private static final int OMITTED_BYTES = 3;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int filled;
  private int beyond;
  private long low;
  private long high = TOP;
  private long code;

  BitDecoder(InputStream in) {
    this.in = in;
    for (int i = 0; i < 4; i++) {
      code = code << 8 | next();
    }
  }

  @Override
  public int code(int bit, int one) {
    long middle = low + ((high - low) * one >>> PROBABILITY_BITS);
    int found;
    if (code <= middle) {
      high = middle;
      found = 1;
    } else {
      low = middle + 1;
      found = 0;
    }
    while (((low ^ high) & 0xFF00_0000L) == 0) {
      low = low << 8 & TOP;
      high = (high << 8 & TOP) | 0xFF;
      code = (code << 8 & TOP) | next();
    }
    return found;
  }

  private int next() {
    if (position == filled && !fill()) {
      if (++beyond > OMITTED_BYTES) {
        throw new BundleException("the packed file was cut off; get it again");
      }
      return 0;
    }
    return buffer[position++] & 0xFF;
  }

  private boolean fill() {
    try {
      position = 0;
      filled = Math.max(0, in.readNBytes(buffer, 0, BUFFER_BYTES));
      return filled > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
