package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import java.util.Arrays;

/** A scan that gives whole blocks (T.81 F.2), which become samples at once. */
final class SequentialScan extends Scan {
  private final InverseDct transform = new InverseDct();
  private final int[] block = new int[64]; // zeros between blocks

  SequentialScan(BitSource in, byte[] file, ScanHeader header, Frame frame) {
    super(in, file, header, frame);
  }

  @Override
  void restart() {}

  @Override
  void block(Component component, int row, int column) throws IOException {
    int last = coefficients(component);
    if (component.size > 0 && component.contains(row, column)) {
      int at = component.firstSample(row, column);
      if (last == 0) {
        InverseDct.flat(block[0], component.size, component.samples, at, component.stride);
      } else {
        transform.apply(block, last, component.size, component.samples, at, component.stride);
      }
    }
    if (last > 0) {
      Arrays.fill(block, 0);
    }
  }

  /** Reads a block, dequantized; returns the place of the last coefficient in zigzag order. */
  private int coefficients(Component component) throws IOException {
    int[] steps = component.steps;
    component.predicted += in.difference(required(component.dc));
    block[0] = component.predicted * (steps[0] & 0xFFFF);
    HuffmanTable table = required(component.ac);
    int[] entries = table.entries;
    int[] words = in.words;
    int at = in.at;
    long bits = in.bits;
    int count = in.count;
    int last = 0;
    int k = 1;
    while (k < 64) {
      if (count < 32) {
        bits |= (words[at++] & 0xFFFF_FFFFL) << (32 - count);
        count += 32;
      }
      int entry = entries[(int) (bits >>> (64 - HuffmanTable.LOOK))];
      if (entry == 0) {
        entry = table.longEntry((int) (bits >>> 48));
      }
      int drop = entry & 31;
      bits <<= drop;
      count -= drop;
      k += entry >> 9 & 127;
      int value = entry >> 16;
      int open = entry >> 5 & 15;
      if (open != 0) {
        value = HuffmanTable.extended((int) (bits >>> (64 - open)), open);
        bits <<= open;
        count -= open;
      }
      if (k > 63) {
        break;
      }
      int step = steps[k];
      block[step >>> 16] = value * (step & 0xFFFF);
      last = k;
      k++;
    }
    in.at = at;
    in.bits = bits;
    in.count = count;
    return last;
  }
}
