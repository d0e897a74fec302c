package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a file's marker segments (T.81 B.2) and keeps what they declare. */
final class Headers {
  static final int START = 0xD8;
  static final int END = 0xD9;
  static final int SCAN = 0xDA;
  static final int RESTART = 0xD0; // to 0xD7

  private static final int HUFFMAN = 0xC4;
  private static final int EXTENSION = 0xC8;
  private static final int ARITHMETIC = 0xCC;
  private static final int QUANTIZATION = 0xDB;
  private static final int RESTART_INTERVAL = 0xDD;
  private static final int APP0 = 0xE0;
  private static final int APP14 = 0xEE;
  private static final int UNKNOWN = -1;

  private final byte[] file;
  int at = 2; // the next marker; behind a scan's header, its data
  final int[][] quantizers = new int[4][0]; // [64] each, in zigzag order
  final @Nullable HuffmanTable[] dc = new HuffmanTable[4];
  final @Nullable HuffmanTable[] ac = new HuffmanTable[4];
  int restartInterval; // MCUs; 0 for none
  private Optional<Frame> frame = Optional.empty();
  private boolean foreign; // another kind of JPEG
  private boolean jfif;
  private int transform = UNKNOWN; // Adobe's: 0 for none, 1 for YCbCr
  private int scanStart; // of the last scan's header
  private int scanEnd;

  Headers(byte[] file) {
    this.file = file;
  }

  /** A 16-bit number. */
  static int number(byte[] file, int at) {
    return (file[at] & 0xFF) << 8 | file[at + 1] & 0xFF;
  }

  static boolean isJpeg(byte[] file) {
    return file.length > 3 && number(file, 0) == (0xFF00 | START) && (file[2] & 0xFF) == 0xFF;
  }

  /** The frame; empty before its header was read, or when it is of a foreign kind. */
  Optional<Frame> frame() {
    return foreign ? Optional.empty() : frame;
  }

  /** Whether the three components are luma and two colour differences, and not red, green, blue. */
  boolean isYcc(Frame known) {
    if (jfif) {
      return true;
    }
    if (transform != UNKNOWN) {
      return transform != 0;
    }
    return known.components().get(0).id != 'R'
        || known.components().get(1).id != 'G'
        || known.components().get(2).id != 'B';
  }

  /** Whether there are Huffman codes, without which films store their pictures. */
  boolean hasCodes() {
    return Arrays.stream(dc).anyMatch(Objects::nonNull);
  }

  /**
   * Reads to the next scan's data, or to the end of the picture.
   *
   * @return whether there is a scan
   */
  boolean nextScan() throws IOException {
    while (true) {
      int marker = marker();
      if (marker == END) {
        return false;
      }
      if (marker == START || marker == 1 || (marker & 0xF8) == RESTART) { // have no length
        continue;
      }
      if (at + 2 > file.length || at + Math.max(2, number(file, at)) > file.length) {
        throw BitSource.endsEarly();
      }
      int end = at + Math.max(2, number(file, at));
      read(marker, at + 2, end);
      at = end;
      if (marker == SCAN) {
        return true;
      }
    }
  }

  /** The next marker; whatever stands before it is passed over, as by other readers. */
  private int marker() throws IOException {
    while (at + 1 < file.length) {
      int code = file[at + 1] & 0xFF;
      if ((file[at] & 0xFF) == 0xFF && code != 0 && code != 0xFF) {
        at += 2;
        return code;
      }
      at++;
    }
    throw BitSource.endsEarly();
  }

  private void read(int marker, int from, int end) throws IOException {
    switch (marker) {
      case HUFFMAN -> huffman(from, end);
      case QUANTIZATION -> quantization(from, end);
      case RESTART_INTERVAL -> {
        if (end - from < 2) {
          throw new IOException("its restart interval is cut");
        }
        restartInterval = number(file, from);
      }
      case APP0 -> jfif |= startsWith("JFIF", from, end);
      case APP14 -> {
        if (end - from >= 12 && startsWith("Adobe", from, end)) {
          transform = file[from + 11] & 0xFF;
        }
      }
      case SCAN -> {
        scanStart = from;
        scanEnd = end;
      }
      case ARITHMETIC, EXTENSION -> foreign = true;
      default -> {
        if (marker >= 0xC0 && marker <= 0xCF) {
          if (frame.isPresent()) {
            throw new IOException("it has two headers");
          }
          frame = Frame.read(marker, file, from, end);
          foreign |= frame.isEmpty();
        }
      }
    }
  }

  private boolean startsWith(String name, int from, int end) {
    byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
    return end - from >= wanted.length
        && Arrays.equals(file, from, from + wanted.length, wanted, 0, wanted.length);
  }

  private void huffman(int from, int end) throws IOException {
    int next = from;
    while (next < end) {
      int where = file[next] & 0xFF;
      HuffmanTable table = HuffmanTable.read(file, next + 1, end);
      (where >> 4 == 0 ? dc : ac)[where & 3] = table;
      next += 1 + table.bytes();
    }
  }

  private void quantization(int from, int end) throws IOException {
    int next = from;
    while (next < end) {
      int bytes = (file[next] & 0xF0) == 0 ? 1 : 2;
      int where = file[next] & 3;
      next++;
      if (next + 64 * bytes > end) {
        throw new IOException("a table of quantization is cut");
      }
      int[] table = new int[64];
      for (int i = 0; i < 64; i++) {
        table[i] = bytes == 1 ? file[next + i] & 0xFF : number(file, next + 2 * i);
      }
      quantizers[where] = table;
      next += 64 * bytes;
    }
  }

  /** The scan whose header was read last. */
  ScanHeader scan(Frame known) throws IOException {
    return ScanHeader.read(this, known, file, scanStart, scanEnd);
  }
}
