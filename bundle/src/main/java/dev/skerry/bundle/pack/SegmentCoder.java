package dev.skerry.bundle.pack;

import java.util.Arrays;

/** Codes segments with models that learn from one to the next. Both sides use it. */
final class SegmentCoder {
  private static final int NOISE = 1 << BitCoder.PROBABILITY_BITS - 1;
  private static final int MAX_BITS = 8;

  private final BitCoder coder;
  private final BytesModel bytes = new BytesModel();
  private final PlaneModel planes = new PlaneModel();
  private final SymbolsModel[] symbols = new SymbolsModel[MAX_BITS + 1];

  SegmentCoder(BitCoder coder) {
    this.coder = coder;
  }

  /**
   * Codes {@code segment}.
   *
   * @param data its content; zeros when decoding, and then its content
   */
  void code(Segment segment, byte[] data) {
    switch (segment) {
      case Segment.Plain _ -> plain(data);
      case Segment.Levels levels -> levels(levels, data);
      case Segment.Planes some -> planes(some, data);
    }
  }

  void plain(byte[] data) {
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) bytes.code(coder, data[i] & 0xFF);
    }
  }

  private void levels(Segment.Levels segment, byte[] data) {
    Element element = segment.element();
    int elements = element.count(data.length);
    long[] levels = segment.levels();
    byte[] numbers = new byte[elements];
    for (int i = 0; i < elements; i++) {
      long key = element.ordered(element.get(data, i));
      numbers[i] = (byte) Math.max(0, Arrays.binarySearch(levels, key));
    }
    if (levels.length > 1) {
      int bits = 32 - Integer.numberOfLeadingZeros(levels.length - 1);
      model(bits).code(coder, numbers, segment.layout(), segment.zero());
    }
    Arrays.fill(data, (byte) 0);
    for (int i = 0; i < elements; i++) {
      int number = Math.min(numbers[i] & 0xFF, levels.length - 1);
      element.set(data, i, element.unordered(levels[number]));
    }
  }

  private SymbolsModel model(int bits) {
    SymbolsModel known = symbols[bits];
    if (known == null) {
      known = new SymbolsModel(bits);
      symbols[bits] = known;
    }
    return known;
  }

  private void planes(Segment.Planes segment, byte[] data) {
    Element element = segment.element();
    int elements = element.count(data.length);
    byte[] above = new byte[elements];
    long[] folded = new long[elements];
    int top = element.bytes() - 1;
    for (int plane = top; plane >= 0; plane--) {
      byte[] values = new byte[elements];
      for (int i = 0; i < elements; i++) {
        values[i] = (byte) (element.folded(element.get(data, i)) >>> 8 * plane);
      }
      if ((segment.modelled() >> plane & 1) == 0) {
        noise(values);
      } else if (plane == top) {
        model(MAX_BITS).code(coder, values, segment.layout(), 0);
      } else {
        planes.code(coder, values, above, element.bytes() - plane);
      }
      for (int i = 0; i < elements; i++) {
        folded[i] |= (values[i] & 0xFFL) << 8 * plane;
      }
      above = values;
    }
    Arrays.fill(data, (byte) 0);
    for (int i = 0; i < elements; i++) {
      element.set(data, i, element.unfolded(folded[i]));
    }
  }

  private void noise(byte[] values) {
    for (int i = 0; i < values.length; i++) {
      int node = 1;
      for (int b = 7; b >= 0; b--) {
        node = node << 1 | coder.code(values[i] >> b & 1, NOISE);
      }
      values[i] = (byte) node;
    }
  }
}
