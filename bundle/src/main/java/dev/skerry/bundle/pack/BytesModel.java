package dev.skerry.bundle.pack;

/**
 * Codes what is not weights, mostly names and small numbers: contexts of the last one to six bytes,
 * the word so far, and the longest earlier match.
 */
final class BytesModel {
  private static final int HASH_BITS = 18;
  private static final int HISTORY = 1 << 20;
  private static final int[] ORDERS = {2, 3, 4, 6};
  private static final int WORD = ORDERS.length;
  private static final int SPARSE = WORD + 1;
  private static final int HASHED = SPARSE + 1;
  private static final int ORDER_0 = HASHED;
  private static final int ORDER_1 = ORDER_0 + 1;
  private static final int MATCH = ORDER_1 + 1;
  private static final int INPUTS = MATCH + 1;

  /** Bytes that must agree before a match is believed. */
  private static final int LEAST_MATCH = 5;

  private static final int LONGEST = 63;
  private static final int SLOTS_0 = HASHED << HASH_BITS;
  private static final int SLOTS_1 = SLOTS_0 + 17 * 16;
  private static final int SLOTS_MATCH = SLOTS_1 + 256 * 17 * 16;
  private static final int SLOTS = SLOTS_MATCH + 16 * (2 * (LONGEST + 1) + 1);

  private final Mixture mixture = new Mixture(SLOTS, INPUTS, 256 * 4, 255, 30);
  private final byte[] history = new byte[HISTORY];
  private final int[] lastPlaces = new int[1 << 16];
  private final int[] hashes = new int[HASHED];
  private int position;
  private int match;
  private int matched;
  private long recent; // the last eight bytes, the newest lowest
  private int word;

  /** Codes a byte, 0 to 255. */
  int code(BitCoder coder, int value) {
    prepare();
    int expected = matched >= LEAST_MATCH ? history[match & HISTORY - 1] & 0xFF : -1;
    int node = 1;
    for (int half = 1; half >= 0; half--) {
      choose(node);
      int within = 1;
      for (int i = 4 * half + 3; i >= 4 * half; i--) {
        boolean follows = expected >= 0 && (expected | 256) >> i + 1 == node;
        int guess = follows ? 1 + 2 * matched + (expected >> i & 1) : 0;
        mixture.choose(MATCH, SLOTS_MATCH + 16 * guess - within);
        int set = !follows ? 0 : matched < 12 ? 1 : matched < 24 ? 2 : 3;
        int bit = mixture.code(coder, value >> i & 1, within, set << 8 | node);
        node = node << 1 | bit;
        within = within << 1 | bit;
      }
    }
    remember(node & 0xFF);
    return node & 0xFF;
  }

  /** Sixteen slots for the half of a byte that begins at {@code node}. */
  private void choose(int node) {
    for (int h = 0; h < HASHED; h++) {
      int hash = hashes[h] + node * 0x2F0B_4C47;
      hash ^= hash >>> 15;
      mixture.choose(h, (h << HASH_BITS) + ((hash & (1 << HASH_BITS - 4) - 1) << 4));
    }
    int at = node == 1 ? 0 : 16 * (node & 15) + 16;
    mixture.choose(ORDER_0, SLOTS_0 + at);
    mixture.choose(ORDER_1, SLOTS_1 + ((int) (recent & 0xFF) * 17 * 16 + at));
  }

  private void prepare() {
    for (int h = 0; h < ORDERS.length; h++) {
      long bytes = recent & (1L << 8 * ORDERS[h]) - 1;
      hashes[h] = hash(bytes, h);
    }
    hashes[WORD] = hash(word, WORD);
    hashes[SPARSE] = hash(recent >>> 8 & 0xFFFF, SPARSE);
  }

  private static int hash(long bytes, int salt) {
    long mixed = (bytes + salt + 1) * 0x9E37_79B9_7F4A_7C15L;
    return (int) (mixed >>> 32);
  }

  private void remember(int value) {
    history[position & HISTORY - 1] = (byte) value;
    position++;
    recent = recent << 8 | value;
    boolean letter = Character.isLetterOrDigit(value) && value < 128;
    word = letter ? (word + value) * 0x2F0B_4C47 : 0;
    if (matched > 0 && history[match & HISTORY - 1] == (byte) value) {
      matched = Math.min(matched + 1, LONGEST);
      match++;
    } else {
      matched = 0;
    }
    int place = hash(recent & 0xFF_FFFF_FFFFL, 99) >>> 16;
    if (matched == 0) {
      find(lastPlaces[place]);
    }
    lastPlaces[place] = position;
  }

  private void find(int candidate) {
    int length = 0;
    while (length < LONGEST
        && candidate - length > 0
        && position - candidate + length < HISTORY
        && history[candidate - 1 - length & HISTORY - 1]
            == history[position - 1 - length & HISTORY - 1]) {
      length++;
    }
    match = candidate;
    matched = length;
  }
}
