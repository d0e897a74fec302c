package dev.skerry.runtime.media.jpeg;

/**
 * Gives a component's rows at the picture's size. A component of half the size is spread smoothly:
 * each sample is three parts of the stored one it lies in and one part of the next nearest, as
 * libjpeg's "fancy" upsampling does; any other size repeats samples.
 */
final class Upsampling {
  private final Component from;
  private final int across; // samples of the picture per stored one
  private final int down;
  private final boolean smoothAcross;
  private final boolean smoothDown;
  private final byte[] spread;
  private final int[] sums; // of a row and the next nearest

  /** The row asked for last: {@code row[start]} is its first sample. */
  byte[] row = {};

  int start;

  /**
   * @param block samples along a side of what a block of the picture became
   */
  Upsampling(Component from, Frame frame, int block) {
    this.from = from;
    this.across = frame.across() * block / (from.across * from.size);
    this.down = frame.down() * block / (from.down * from.size);
    boolean smooth = block > 1;
    // libjpeg repeats the samples of pictures that are not wide enough for its loop.
    this.smoothAcross = smooth && across == 2 && down <= 2 && from.width > 2;
    this.smoothDown = smooth && down == 2 && (across == 1 || smoothAcross);
    this.spread = new byte[from.width * across];
    this.sums = new int[from.width];
  }

  void seek(int y) {
    int near = y / down * from.stride;
    if (across == 1 && !smoothDown) {
      row = from.samples;
      start = near;
      return;
    }
    row = spread;
    start = 0;
    if (smoothDown) {
      int next = Math.clamp(y % 2 == 0 ? y / 2 - 1L : y / 2 + 1L, 0, from.height - 1);
      add(near, next * from.stride);
      if (smoothAcross) {
        acrossSums();
      } else {
        average(y % 2 == 0 ? 1 : 2);
      }
    } else if (smoothAcross) {
      acrossRow(near);
    } else {
      repeat(near);
    }
  }

  private void repeat(int at) {
    for (int x = 0; x < spread.length; x++) {
      spread[x] = from.samples[at + x / across];
    }
  }

  /** Three parts of the row at {@code near}, one of the row at {@code far}. */
  private void add(int near, int far) {
    byte[] samples = from.samples;
    for (int x = 0; x < sums.length; x++) {
      sums[x] = 3 * (samples[near + x] & 0xFF) + (samples[far + x] & 0xFF);
    }
  }

  private void average(int round) {
    for (int x = 0; x < sums.length; x++) {
      spread[x] = (byte) (sums[x] + round >> 2);
    }
  }

  /** Rounds up and down in turns, so that no mean level is moved. */
  private void acrossSums() {
    int last = sums.length - 1;
    int before = sums[0];
    int here = sums[0];
    for (int x = 0; x < last; x++) {
      int after = sums[x + 1];
      spread[2 * x] = (byte) (3 * here + before + 8 >> 4);
      spread[2 * x + 1] = (byte) (3 * here + after + 7 >> 4);
      before = here;
      here = after;
    }
    spread[2 * last] = (byte) (3 * here + before + 8 >> 4);
    spread[2 * last + 1] = (byte) (4 * here + 7 >> 4);
  }

  private void acrossRow(int at) {
    byte[] samples = from.samples;
    int last = sums.length - 1;
    int here = samples[at] & 0xFF;
    int before = here;
    for (int x = 0; x < last; x++) {
      int after = samples[at + x + 1] & 0xFF;
      spread[2 * x] = (byte) (3 * here + before + 1 >> 2);
      spread[2 * x + 1] = (byte) (3 * here + after + 2 >> 2);
      before = here;
      here = after;
    }
    spread[2 * last] = (byte) (3 * here + before + 1 >> 2);
    spread[2 * last + 1] = (byte) here;
  }
}
