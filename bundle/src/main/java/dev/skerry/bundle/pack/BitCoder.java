package dev.skerry.bundle.pack;

/**
 * One side of a binary arithmetic coder. Both sides run the same models over the same bits, so that
 * each model is written once: the encoder is told the bit, the decoder finds it.
 */
interface BitCoder {
  /** Bits of a probability. */
  int PROBABILITY_BITS = 16;

  /**
   * Codes one bit.
   *
   * @param bit what to write; a decoder does not look at it
   * @param one probability that the bit is 1, from 1 to 65535 of 65536
   * @return the bit
   */
  int code(int bit, int one);
}
