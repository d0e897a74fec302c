package dev.skerry.optimize.quantize;

import dev.skerry.graph.DataType;

/** An 8-bit (or narrower) integer grid that activations or weights are rounded to. */
public enum IntegerType {
  UINT8(DataType.UINT8, 0, 255),
  INT8(DataType.INT8, -128, 127),
  /** Symmetric weights: -128 is left out so that the grid is the same on both sides. */
  INT8_SYMMETRIC(DataType.INT8, -127, 127),
  /**
   * Symmetric weights that cannot overflow VPMADDUBSW's 16-bit sums: 2 * 255 * 64 &lt; 2^15. For
   * x86 without VNNI.
   */
  INT7_SYMMETRIC(DataType.INT8, -64, 64),
  /** Symmetric weights of four bits, each in a byte: files are packed by what the bytes hold. */
  INT4_SYMMETRIC(DataType.INT8, -7, 7),
  /** Symmetric weights of three bits, each in a byte. */
  INT3_SYMMETRIC(DataType.INT8, -3, 3);

  private final DataType storage;
  private final int lowest;
  private final int highest;

  IntegerType(DataType storage, int lowest, int highest) {
    this.storage = storage;
    this.lowest = lowest;
    this.highest = highest;
  }

  public DataType storage() {
    return storage;
  }

  public int lowest() {
    return lowest;
  }

  public int highest() {
    return highest;
  }

  public int clamp(long value) {
    return Math.clamp(value, lowest, highest);
  }
}
