package dev.skerry.bundle.pack;

import java.io.ByteArrayOutputStream;

/** The writing side: a range coder without carries, as in the lpaq family. */
final class BitEncoder implements BitCoder {
  private static final long TOP = 0xFFFF_FFFFL;

  private final ByteArrayOutputStream out;
  private long low;
  private long high = TOP;

  BitEncoder(ByteArrayOutputStream out) {
    this.out = out;
  }

  @Override
  public int code(int bit, int one) {
    long middle = low + ((high - low) * one >>> PROBABILITY_BITS);
    if (bit == 1) {
      high = middle;
    } else {
      low = middle + 1;
    }
    while (((low ^ high) & 0xFF00_0000L) == 0) {
      out.write((int) (high >>> 24));
      low = low << 8 & TOP;
      high = (high << 8 & TOP) | 0xFF;
    }
    return bit;
  }

  /** Writes what tells the last bits; nothing can be coded after it. */
  void finish() {
    // One byte is enough where a value with zeros behind it lies between low and high.
    for (int bytes = 1; bytes <= 4; bytes++) {
      int shift = 32 - 8 * bytes;
      long value = (low + (1L << shift) - 1) >>> shift << shift;
      if (value <= high) {
        for (int i = 0; i < bytes; i++) {
          out.write((int) (value >>> 24 - 8 * i));
        }
        return;
      }
    }
  }
}
