package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One scan: goes through its MCUs and restarts, and lets a subclass read each block. */
abstract class Scan {
  /** Where the coefficient at each place of the zigzag order stands in the block. */
  // spotless:off
  static final int[] NATURAL = {
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};
  // spotless:on

  final BitSource in;
  private final byte[] file;
  final ScanHeader header;
  private final Frame frame;

  Scan(BitSource in, byte[] file, ScanHeader header, Frame frame) {
    this.in = in;
    this.file = file;
    this.header = header;
    this.frame = frame;
  }

  /** Reads the block at {@code row}, {@code column} of {@code component}. */
  abstract void block(Component component, int row, int column) throws IOException;

  /** Forgets what goes from one block to the next. */
  abstract void restart();

  static HuffmanTable required(@Nullable HuffmanTable table) throws IOException {
    if (table == null) {
      throw new IOException("a table of Huffman codes is missing");
    }
    return table;
  }

  /**
   * Reads the whole scan.
   *
   * @param from where its data begin
   * @param interval MCUs between restarts, 0 for none
   * @return where its data end
   */
  final int read(int from, int interval) throws IOException {
    Component only = header.components().size() == 1 ? header.components().getFirst() : null;
    int wide = only == null ? frame.mcusWide() : only.blocksWide;
    int high = only == null ? frame.mcusHigh() : only.blocksHigh;
    in.open(from);
    begin();
    int left = interval;
    int restarts = 0;
    for (int row = 0; row < high; row++) {
      for (int column = 0; column < wide; column++) {
        if (interval > 0 && left-- == 0) {
          in.requireWhole();
          in.open(behindRestart(restarts++));
          begin();
          left = interval - 1;
        }
        if (only == null) {
          mcu(row, column);
        } else {
          in.requireMore();
          block(only, row, column);
        }
      }
    }
    in.requireWhole();
    return in.end();
  }

  private void begin() {
    for (Component component : header.components()) {
      component.predicted = 0;
    }
    restart();
  }

  private void mcu(int row, int column) throws IOException {
    for (Component component : header.components()) {
      for (int y = row * component.down; y < (row + 1) * component.down; y++) {
        for (int x = column * component.across; x < (column + 1) * component.across; x++) {
          in.requireMore();
          block(component, y, x);
        }
      }
    }
  }

  private int behindRestart(int restarts) throws IOException {
    int marker = in.end();
    if (marker + 2 > file.length) {
      throw BitSource.endsEarly();
    }
    if ((file[marker + 1] & 0xFF) != Headers.RESTART + restarts % 8) {
      throw new IOException("its data are damaged: a restart marker is not where it should be");
    }
    return marker + 2;
  }
}
