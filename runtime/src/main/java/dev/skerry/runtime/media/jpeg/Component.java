package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One plane of a picture, luma or a colour, while it is decoded. */
final class Component {
  /** The identifier by which scans name it. */
  final int id;

  final int across; // blocks of it in one MCU
  final int down;
  private final int quantizerIndex;

  // Known when all components are.
  int blocksWide;
  int blocksHigh;

  // Known when the reduction is.
  int size; // samples along each side of a block's result: 8, 4, 2, 1; 0 when it is not needed
  int width; // samples
  int height;
  int stride;
  byte[] samples = {};

  // What scans keep here.
  int[] steps = {}; // [64], in zigzag order: place in the block (high 16 bits), factor (low)
  short[] coefficients = {}; // [blocks, 64], row-major, of progressive pictures
  @Nullable HuffmanTable dc;
  @Nullable HuffmanTable ac;
  int predicted;
  boolean scanned;

  Component(int id, int across, int down, int quantizerIndex) {
    this.id = id;
    this.across = across;
    this.down = down;
    this.quantizerIndex = quantizerIndex;
  }

  /** Takes what is in force when the component's first scan begins. */
  void begin(int[][] quantizers) throws IOException {
    if (scanned) {
      return;
    }
    scanned = true;
    if (quantizers[quantizerIndex].length == 0) {
      throw new IOException("a table of quantization is missing");
    }
    steps = new int[64];
    for (int k = 0; k < 64; k++) {
      steps[k] = Scan.NATURAL[k] << 16 | quantizers[quantizerIndex][k];
    }
  }

  /** Makes room for samples of {@code size} x {@code size} per block. */
  void allocate(int size) {
    this.size = size;
    stride = blocksWide * size;
    samples = new byte[Math.multiplyExact(stride, blocksHigh * size)];
  }

  void allocateCoefficients() {
    coefficients = new short[Math.multiplyExact(64 * blocksWide, blocksHigh)];
  }

  boolean contains(int row, int column) {
    return row < blocksHigh && column < blocksWide;
  }

  int firstSample(int row, int column) {
    return row * size * stride + column * size;
  }
}
