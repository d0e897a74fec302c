package dev.skerry.bundle.pack;

import java.util.Arrays;

/**
 * Codes weights of up to 256 levels, in the order of their values, as paths down a binary tree.
 * Contexts are how large the neighbours are: before it in its row, above it in its kernel, and on
 * average in the row and in the input channel. What was learned of one tensor starts the next with
 * as many levels.
 */
final class SymbolsModel {
  private static final int INPUTS = 5;

  /** Classes of an average magnitude. */
  private static final int SIZES = 24;

  /** Classes of a neighbour, by sign and magnitude. */
  private static final int NEAR = 11;

  /** Places of a kernel that are told apart. */
  private static final int PLACES = 64;

  /** Classes of the level before. */
  private static final int LEFT_BITS = 6;

  /** How slowly averages follow: by a sixteenth of the difference. */
  private static final int SLOWNESS = 4;

  /** Fraction bits of an average. */
  private static final int FRACTION_BITS = 8;

  private static final int UNKNOWN = -1;

  private final int bits;
  private final int levels; // a power of two
  private final Mixture mixture;
  private final int[] starts = new int[INPUTS];

  SymbolsModel(int bits) {
    this.bits = bits;
    this.levels = 1 << bits;
    int[] contexts = {1, 1 << Math.min(bits, LEFT_BITS), NEAR * NEAR, PLACES, SIZES * SIZES};
    int slots = 0;
    for (int i = 0; i < INPUTS; i++) {
      starts[i] = slots;
      slots += contexts[i] * levels;
    }
    this.mixture = new Mixture(slots, INPUTS, levels, 1023, 40);
  }

  /**
   * Codes a tensor.
   *
   * @param symbols numbers of levels; a decoder fills them in
   * @param zero the level that the others lie around
   */
  void code(BitCoder coder, byte[] symbols, Layout layout, int zero) {
    mixture.forget(starts[0], starts[0] + levels);
    int inner = layout.inner();
    int above = layout.width();
    int most = Math.min(symbols.length, layout.row());
    int[] channels = new int[(most - 1) / inner + 1]; // average magnitudes
    Arrays.fill(channels, UNKNOWN);
    int shift = Math.max(0, bits - LEFT_BITS);
    int row = UNKNOWN;
    int place = 0; // in the kernel
    int channel = 0;
    int inRow = 0;
    for (int i = 0; i < symbols.length; i++) {
      int left = i >= 1 ? symbols[i - 1] & 0xFF : zero;
      int upper = i >= above ? symbols[i - above] & 0xFF : zero;
      choose(0, 0);
      choose(1, left >> shift);
      choose(2, near(left - zero) * NEAR + near(upper - zero));
      choose(3, Math.min(place, PLACES - 1));
      choose(4, size(row) * SIZES + size(channels[channel]));
      int symbol = code(coder, symbols[i] & 0xFF);
      symbols[i] = (byte) symbol;
      int magnitude = Math.abs(symbol - zero) << FRACTION_BITS;
      row = follow(row, magnitude);
      channels[channel] = follow(channels[channel], magnitude);
      inRow++;
      place++;
      if (inRow == layout.row()) {
        inRow = 0;
        place = 0;
        channel = 0;
      } else if (place == inner) {
        place = 0;
        channel++;
      }
    }
  }

  private void choose(int input, int context) {
    mixture.choose(input, starts[input] + context * levels);
  }

  private int code(BitCoder coder, int symbol) {
    int node = 1;
    for (int b = bits - 1; b >= 0; b--) {
      node = node << 1 | mixture.code(coder, symbol >> b & 1, node, node);
    }
    return node & levels - 1;
  }

  private static int follow(int average, int magnitude) {
    return average == UNKNOWN ? magnitude : average + (magnitude - average >> SLOWNESS);
  }

  /** Class of an average: twice its logarithm; 0 when there is none. */
  private static int size(int average) {
    if (average == UNKNOWN) {
      return 0;
    }
    int value = (average >> FRACTION_BITS - 4) + 1;
    int log = 31 - Integer.numberOfLeadingZeros(value);
    int half = log > 0 ? value >> log - 1 & 1 : 0;
    return Math.min(SIZES - 1, 1 + 2 * log + half);
  }

  /** Class of a neighbour's distance from zero, with its sign. */
  private int near(int distance) {
    int magnitude = Math.abs(distance) << 8 >> bits; // as of 256 levels
    int size =
        distance == 0
            ? 0
            : magnitude < 4 ? 1 : magnitude < 10 ? 2 : magnitude < 24 ? 3 : magnitude < 50 ? 4 : 5;
    return distance < 0 ? 5 + size : size;
  }
}
