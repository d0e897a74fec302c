package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the header of a picture says (T.81 B.2.2).
 *
 * @param progressive whether coefficients come in more than one scan
 * @param across blocks in an MCU of the component that has most
 * @param down likewise
 */
record Frame(
    int height, int width, boolean progressive, List<Component> components, int across, int down) {

  private static final int BASELINE = 0xC0;
  private static final int EXTENDED = 0xC1;
  private static final int PROGRESSIVE = 0xC2;
  private static final int BLOCK = 8;
  private static final int MAX_SAMPLING = 4;

  /**
   * Reads the header's segment.
   *
   * @return empty for what is left to others: arithmetic codes, lossless, 12 bits, four inks, a
   *     height that comes later
   * @throws IOException if it contradicts itself
   */
  static Optional<Frame> read(int marker, byte[] file, int at, int end) throws IOException {
    if (end - at < 6 || end - at < 6 + 3 * (file[at + 5] & 0xFF)) {
      throw new IOException("its header is cut");
    }
    int precision = file[at];
    int height = Headers.number(file, at + 1);
    int width = Headers.number(file, at + 3);
    int count = file[at + 5];
    boolean known = marker == BASELINE || marker == EXTENDED || marker == PROGRESSIVE;
    if (!known || precision != 8 || height == 0 || (count != 1 && count != 3)) {
      return Optional.empty();
    }
    if (width == 0) {
      throw new IOException("it is 0 pixels wide");
    }
    Component[] components = new Component[count];
    int across = 1;
    int down = 1;
    for (int i = 0; i < count; i++) {
      int from = at + 6 + 3 * i;
      components[i] =
          new Component(
              file[from] & 0xFF, file[from + 1] >> 4 & 15, file[from + 1] & 15, file[from + 2] & 3);
      across = Math.max(across, components[i].across);
      down = Math.max(down, components[i].down);
    }
    for (Component component : components) {
      if (component.across == 0 || component.down == 0) {
        throw new IOException("its header is damaged");
      }
      if (across > MAX_SAMPLING
          || down > MAX_SAMPLING
          || across % component.across != 0
          || down % component.down != 0) {
        return Optional.empty();
      }
      component.blocksWide = blocks(width, component.across, across);
      component.blocksHigh = blocks(height, component.down, down);
    }
    return Optional.of(
        new Frame(height, width, marker == PROGRESSIVE, List.of(components), across, down));
  }

  private static int blocks(int pixels, int share, int all) {
    return Math.ceilDiv(Math.ceilDiv(pixels * share, all), BLOCK);
  }

  int mcusWide() {
    return Math.ceilDiv(width, BLOCK * across);
  }

  int mcusHigh() {
    return Math.ceilDiv(height, BLOCK * down);
  }

  /**
   * Gives the first {@code wanted} components room for a picture reduced by {@code reduction}.
   * Colours that are stored at less than full size are reduced less, so that as little as possible
   * is decoded only to be spread again.
   */
  void allocate(int reduction, int wanted) {
    int least = BLOCK / reduction;
    for (Component component : components.subList(0, wanted)) {
      int size = least;
      while (size < BLOCK
          && across * least % (component.across * size * 2) == 0
          && down * least % (component.down * size * 2) == 0) {
        size *= 2;
      }
      component.allocate(size);
      component.width = Math.ceilDiv(width * component.across * size, across * BLOCK);
      component.height = Math.ceilDiv(height * component.down * size, down * BLOCK);
    }
  }
}
