package dev.skerry.bundle.pack;

import java.util.Arrays;

/**
 * Predicts bits from several contexts at once: each context's slot has an adaptive probability, and
 * a small neural network with one layer weighs them (logistic mixing, Mahoney, "Adaptive Weighing
 * of Context Models for Lossless Data Compression", 2005). Whole numbers alone, so that every
 * machine predicts the same.
 */
final class Mixture {
  /** A slot: a probability of 22 bits, then how often it was seen. */
  private static final int COUNT_BITS = 10;

  private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;
  private static final int UNSEEN = 1 << 31;

  /** Fraction bits of a weight. */
  private static final int WEIGHT_BITS = 16;

  /** Least probability of a bit, in 65536ths. */
  private static final int LEAST = 16;

  /** Largest absolute logit, with 8 fraction bits. */
  private static final int MAX_LOGIT = 2047;

  /** Logit of a probability of 12 bits, with 8 fraction bits. */
  private static final short[] STRETCH = new short[4096];

  /** Probability of 16 bits of a logit from -2047 to 2047. */
  private static final int[] SQUASH = new int[2 * MAX_LOGIT + 1];

  /** Step of a slot's probability, in 65536ths, by how often it was seen. */
  private static final int[] STEP = new int[COUNT_MASK + 1];

  static {
    for (int i = 0; i < STRETCH.length; i++) {
      double p = (i + 0.5) / STRETCH.length;
      STRETCH[i] =
          (short) Math.clamp(Math.round(StrictMath.log(p / (1 - p)) * 256), -MAX_LOGIT, MAX_LOGIT);
    }
    for (int i = 0; i < SQUASH.length; i++) {
      double p = 1 / (1 + StrictMath.exp(-(i - MAX_LOGIT) / 256.0));
      SQUASH[i] = (int) Math.clamp(Math.round(p * 65536), LEAST, 65536 - LEAST);
    }
    for (int i = 0; i < STEP.length; i++) {
      STEP[i] = (int) (65536 / (i + 1.6));
    }
  }

  private final int[] slots;
  private final int[] weights;
  private final int limit;
  private final int rate;
  private final int[] starts;
  private final int[] logits;

  /**
   * @param slots in all, for every context together
   * @param inputs contexts that are mixed
   * @param sets of weights; a caller says which one fits
   * @param limit how many times a slot's probability counts as its past
   * @param rate how fast the weights learn
   */
  Mixture(int slots, int inputs, int sets, int limit, int rate) {
    this.slots = new int[slots];
    this.limit = limit;
    this.rate = rate;
    this.weights = new int[inputs * sets];
    this.starts = new int[inputs];
    this.logits = new int[inputs];
    Arrays.fill(this.slots, UNSEEN);
    Arrays.fill(weights, (1 << WEIGHT_BITS) * 2 / (inputs + 1));
  }

  /** Says where context {@code input} has its slots; the slot of a bit is so many further. */
  void choose(int input, int start) {
    starts[input] = start;
  }

  /** Forgets slots. */
  void forget(int from, int to) {
    Arrays.fill(slots, from, to, UNSEEN);
  }

  /**
   * Codes a bit with the slots {@code node} behind the chosen places, and learns it.
   *
   * @param set of weights
   */
  int code(BitCoder coder, int bit, int node, int set) {
    int[] probabilities = slots;
    int[] mixing = weights;
    int[] from = starts;
    int[] stretched = logits;
    int base = set * from.length;
    long sum = 0;
    for (int i = 0; i < from.length; i++) {
      int logit = STRETCH[probabilities[from[i] + node] >>> 20];
      stretched[i] = logit;
      sum += (long) mixing[base + i] * logit;
    }
    int logit = (int) Math.clamp(sum >> WEIGHT_BITS, -MAX_LOGIT, MAX_LOGIT);
    int one = SQUASH[logit + MAX_LOGIT];
    int found = coder.code(bit, one);
    int error = ((found << 16) - one) * rate;
    int target = -found >>> COUNT_BITS;
    for (int i = 0; i < from.length; i++) {
      mixing[base + i] += (int) ((long) stretched[i] * error + 0x20_0000 >> 22);
      int slot = from[i] + node;
      probabilities[slot] = learned(probabilities[slot], target);
    }
    return found;
  }

  /** A slot after its next bit. */
  private int learned(int slot, int target) {
    int count = slot & COUNT_MASK;
    int probability = slot >>> COUNT_BITS;
    int step = (int) ((long) (target - probability) * STEP[count] >> 16);
    return probability + step << COUNT_BITS | Math.min(count + 1, limit);
  }
}
