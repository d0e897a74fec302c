package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Codes of 1 to 16 bits and their symbols (T.81 annex C), as tables of what the next bits mean.
 *
 * <p>A symbol is a run of zeros (high 4 bits) and the size in bits of the value that follows. Where
 * code and value together are short, one look at the table gives both.
 */
final class HuffmanTable {
  /** Bits that index the tables; longer codes, which are rare, are searched. */
  static final int LOOK = 10;

  /** The run of an entry that ends the block. */
  private static final int END = 64;

  private static final int LONGEST = 16;
  private static final int MAX_CODES = 256;

  /**
   * [512]: bits to drop (5 bits), bits of the value still to read (4 bits), zeros before it (7
   * bits), the value (16 bits, signed) when it needs no more bits; 0 where the code is longer.
   */
  final int[] entries = new int[1 << LOOK];

  private final int[] counts; // [17]: codes of each length
  private final byte[] symbols; // in the order of their codes
  private final int[] limits = new int[LONGEST + 1]; // first 16 bits that begin a longer code
  private final int[] offsets = new int[LONGEST + 1]; // from a code to the place of its symbol
  private short @Nullable [] lookup; // [512]: length (high byte), symbol; made when asked for

  /**
   * @param counts [17]: codes of each length; the first is 0
   * @param symbols in the order of their codes
   * @throws IOException if there are more codes than their lengths allow
   */
  HuffmanTable(int[] counts, byte[] symbols) throws IOException {
    this.counts = counts;
    this.symbols = symbols;
    int code = 0;
    int index = 0;
    for (int length = 1; length <= LONGEST; length++) {
      offsets[length] = index - code;
      for (int i = 0; i < counts[length]; i++) {
        if (code >= 1 << length) {
          throw new IOException("its Huffman codes contradict each other");
        }
        if (length <= LOOK) {
          fill(code, length, symbols[index] & 0xFF);
        }
        code++;
        index++;
      }
      limits[length] = code << (LONGEST - length);
      code <<= 1;
    }
  }

  /** Reads a table whose lengths begin at {@code at}. */
  static HuffmanTable read(byte[] file, int at, int end) throws IOException {
    int[] counts = new int[LONGEST + 1];
    int total = 0;
    for (int length = 1; length <= LONGEST && at + length <= end; length++) {
      counts[length] = file[at + length - 1] & 0xFF;
      total += counts[length];
    }
    if (total > MAX_CODES || at + LONGEST + total > end) {
      throw new IOException("a table of Huffman codes is cut");
    }
    byte[] symbols = new byte[total];
    System.arraycopy(file, at + LONGEST, symbols, 0, total);
    return new HuffmanTable(counts, symbols);
  }

  /** Bytes that the table takes in the file. */
  int bytes() {
    return LONGEST + symbols.length;
  }

  private void fill(int code, int length, int symbol) {
    int free = LOOK - length;
    int size = symbol & 15;
    int run = symbol == 0 ? END : symbol >> 4;
    int first = code << free;
    if (size == 0 || size > free) {
      int entry = run << 9 | size << 5 | length;
      for (int i = first; i < first + (1 << free); i++) {
        entries[i] = entry;
      }
      return;
    }
    int repeats = free - size;
    int entry = run << 9 | (length + size);
    for (int value = 0; value < 1 << size; value++) {
      int whole = extended(value, size) << 16 | entry;
      int from = first + (value << repeats);
      for (int i = from; i < from + (1 << repeats); i++) {
        entries[i] = whole;
      }
    }
  }

  /** The number that {@code size} bits stand for: those that begin with 0 are negative. */
  static int extended(int bits, int size) {
    return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
  }

  /**
   * As an entry, for a code that is longer than {@value #LOOK} bits.
   *
   * @param next the next 16 bits
   */
  int longEntry(int next) throws IOException {
    int found = search(next);
    int symbol = found & 0xFF;
    return (symbol == 0 ? END : symbol >> 4) << 9 | (symbol & 15) << 5 | found >> 8;
  }

  /**
   * Length of the next code (high byte) and its symbol.
   *
   * @param next the next 16 bits
   */
  int symbol(int next) throws IOException {
    short[] known = lookup == null ? lookup = lookup() : lookup;
    int found = known[next >>> (LONGEST - LOOK)];
    return found != 0 ? found : search(next);
  }

  private int search(int next) throws IOException {
    for (int length = 1; length <= LONGEST; length++) {
      if (next < limits[length]) {
        return length << 8 | symbols[offsets[length] + (next >>> (LONGEST - length))] & 0xFF;
      }
    }
    throw new IOException("its data are damaged: there is no such Huffman code");
  }

  private short[] lookup() {
    short[] made = new short[1 << LOOK];
    int code = 0;
    int index = 0;
    for (int length = 1; length <= LOOK; length++) {
      for (int i = 0; i < counts[length]; i++) {
        int first = code << (LOOK - length);
        short found = (short) (length << 8 | symbols[index] & 0xFF);
        Arrays.fill(made, first, first + (1 << (LOOK - length)), found);
        code++;
        index++;
      }
      code <<= 1;
    }
    return made;
  }
}
