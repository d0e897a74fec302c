package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import java.util.Arrays;

/**
 * The bits of entropy-coded data, one segment (between two markers) at a time.
 *
 * <p>A segment is copied into words without its stuffed zeros first, so that taking bits needs no
 * conditions on bytes. Fields are open to the loop over coefficients, which keeps them in
 * variables.
 */
final class BitSource {
  /** Words of zeros behind a segment: more than one block can take. */
  private static final int SLACK = 64;

  private final byte[] file;
  final int[] words; // big-endian
  int at; // the next word
  long bits; // the next bits, from the highest on
  int count; // how many of them are there
  private int length; // words of the segment
  private long total; // bits of the segment
  private int end; // where the segment ends in the file

  BitSource(byte[] file) {
    this.file = file;
    this.words = new int[file.length / 4 + 1 + SLACK];
  }

  /** Takes the segment that begins at {@code from} in the file. */
  void open(int from) {
    int size = 0;
    int word = 0;
    int next = from;
    while (next < file.length) {
      int value = file[next] & 0xFF;
      if (value == 0xFF) {
        int following = next + 1 < file.length ? file[next + 1] & 0xFF : 0xD9;
        next++;
        if (following == 0xFF) { // a fill byte
          continue;
        }
        if (following != 0) {
          next--;
          break;
        }
      }
      next++;
      word = word << 8 | value;
      size++;
      if ((size & 3) == 0) {
        words[(size >> 2) - 1] = word;
      }
    }
    if ((size & 3) != 0) {
      words[size >> 2] = word << (8 * (4 - (size & 3)));
    }
    length = (size + 3) >> 2;
    Arrays.fill(words, length, length + SLACK, 0);
    total = 8L * size;
    end = next;
    at = 0;
    bits = 0;
    count = 0;
  }

  /** Where the segment ends in the file: at a marker, or at the end of the file. */
  int end() {
    return end;
  }

  /** To be called at least once per block. */
  void requireMore() throws IOException {
    if (at > length + 1) {
      throw endsEarly();
    }
  }

  /** To be called after the last block of a segment. */
  void requireWhole() throws IOException {
    if (32L * at - count > total) {
      throw endsEarly();
    }
  }

  static IOException endsEarly() {
    return new IOException("it ends early");
  }

  private void fill() {
    if (count < 32) {
      bits |= (words[at++] & 0xFFFF_FFFFL) << (32 - count);
      count += 32;
    }
  }

  int bit() {
    return take(1);
  }

  /** The next bits, 1 to 16, as a number. */
  int take(int size) {
    fill();
    int taken = (int) (bits >>> (64 - size));
    bits <<= size;
    count -= size;
    return taken;
  }

  /** How much the first coefficient of a block differs from that of the block before. */
  int difference(HuffmanTable table) throws IOException {
    int size = symbol(table);
    if (size > 15) {
      throw new IOException("its data are damaged: a value of %d bits".formatted(size));
    }
    return size == 0 ? 0 : HuffmanTable.extended(take(size), size);
  }

  /** The next symbol of {@code table}. */
  int symbol(HuffmanTable table) throws IOException {
    fill();
    int found = table.symbol((int) (bits >>> 48));
    bits <<= found >> 8;
    count -= found >> 8;
    return found & 0xFF;
  }
}
