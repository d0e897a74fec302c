package dev.skerry.runtime.media.jpeg;

import java.io.IOException;

/**
 * A scan that gives some coefficients of each block, or one more bit of them (T.81 G.1 and G.2).
 */
final class ProgressiveScan extends Scan {
  private int endRun; // blocks without further coefficients

  ProgressiveScan(BitSource in, byte[] file, ScanHeader header, Frame frame) {
    super(in, file, header, frame);
  }

  @Override
  void restart() {
    endRun = 0;
  }

  @Override
  void block(Component component, int row, int column) throws IOException {
    if (header.first() == 0) {
      dc(component, row, column);
      return;
    }
    int at = 64 * (row * component.blocksWide + column);
    if (header.high() == 0) {
      acFirst(required(component.ac), component.coefficients, at);
    } else {
      acRefine(required(component.ac), component.coefficients, at);
    }
  }

  private void dc(Component component, int row, int column) throws IOException {
    int change;
    if (header.high() > 0) {
      change = in.bit();
    } else {
      component.predicted += in.difference(required(component.dc));
      change = component.predicted;
    }
    if (component.contains(row, column)) {
      int at = 64 * (row * component.blocksWide + column);
      component.coefficients[at] |= (short) (change << header.low());
    }
  }

  private void acFirst(HuffmanTable table, short[] coefficients, int at) throws IOException {
    if (endRun > 0) {
      endRun--;
      return;
    }
    int k = header.first();
    while (k <= header.last()) {
      int symbol = in.symbol(table);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size == 0 && run < 15) {
        endRun = endRun(run) - 1;
        return;
      }
      k += run;
      if (size > 0) {
        int value = HuffmanTable.extended(in.take(size), size);
        if (k > header.last()) {
          return;
        }
        coefficients[at + NATURAL[k]] = (short) (value << header.low());
      }
      k++;
    }
  }

  private int endRun(int bits) {
    return bits == 0 ? 1 : (1 << bits) + in.take(bits);
  }

  private void acRefine(HuffmanTable table, short[] coefficients, int at) throws IOException {
    int k = header.first();
    if (endRun == 0) {
      while (k <= header.last()) {
        int symbol = in.symbol(table);
        int run = symbol >> 4;
        int value = 0;
        if ((symbol & 15) != 0) {
          value = (in.bit() == 1 ? 1 : -1) << header.low();
        } else if (run < 15) {
          endRun = endRun(run);
          break;
        }
        k = refine(coefficients, at, k, run);
        in.requireMore();
        if (value != 0 && k <= header.last()) {
          coefficients[at + NATURAL[k]] = (short) value;
        }
        k++;
      }
    }
    if (endRun > 0) {
      refine(coefficients, at, k, 64);
      endRun--;
    }
  }

  /**
   * Reads the bits of coefficients that are known already, until {@code zeros} others are passed.
   *
   * @return the place of the next that is zero, or behind the last
   */
  private int refine(short[] coefficients, int at, int from, int zeros) {
    int bit = 1 << header.low();
    int left = zeros;
    for (int k = from; k <= header.last(); k++) {
      int place = at + NATURAL[k];
      int known = coefficients[place];
      if (known == 0) {
        if (left-- == 0) {
          return k;
        }
      } else if (in.bit() == 1 && (known & bit) == 0) {
        coefficients[place] += (short) (known > 0 ? bit : -bit);
      }
    }
    return header.last() + 1;
  }

  /** The samples of all blocks, when all scans are read. */
  static void transform(Component component) {
    InverseDct transform = new InverseDct();
    int[] block = new int[64];
    int from = 0;
    for (int row = 0; row < component.blocksHigh; row++) {
      for (int column = 0; column < component.blocksWide; column++) {
        int last = 0;
        for (int k = 0; k < 64; k++) {
          int step = component.steps[k];
          int value = component.coefficients[from + (step >>> 16)];
          block[step >>> 16] = value * (step & 0xFFFF);
          last = value == 0 ? last : k;
        }
        from += 64;
        int at = component.firstSample(row, column);
        transform.apply(block, last, component.size, component.samples, at, component.stride);
      }
    }
  }
}
