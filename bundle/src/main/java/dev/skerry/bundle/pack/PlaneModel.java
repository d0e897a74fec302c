package dev.skerry.bundle.pack;

/** Codes one byte of each element, given the byte of higher order and the element before. */
final class PlaneModel {
  private static final int INPUTS = 3;
  private static final int DEPTHS = 8;
  private static final int ABOVE = DEPTHS * 256;
  private static final int LEFT = ABOVE + DEPTHS * 256 * 256;

  private final Mixture mixture =
      new Mixture(LEFT + DEPTHS * 256 * 256, INPUTS, DEPTHS * 256, 1023, 40);

  /**
   * Codes a plane.
   *
   * @param values a decoder fills them in
   * @param above the plane of the next higher order
   * @param depth of the plane, 1 below the highest
   */
  void code(BitCoder coder, byte[] values, byte[] above, int depth) {
    int base = (depth - 1) * 256;
    int left = 0;
    for (int i = 0; i < values.length; i++) {
      int value = values[i] & 0xFF;
      mixture.choose(0, base);
      mixture.choose(1, ABOVE + (base + (above[i] & 0xFF)) * 256);
      mixture.choose(2, LEFT + (base + left) * 256);
      int node = 1;
      for (int b = 7; b >= 0; b--) {
        node = node << 1 | mixture.code(coder, value >> b & 1, node, base + node);
      }
      left = node & 0xFF;
      values[i] = (byte) left;
    }
  }
}
