package dev.skerry.bundle.pack;

import java.util.Optional;

/** The element types whose values are modelled; numbers as in ONNX's TensorProto.DataType. */
enum Element {
  FLOAT(1, 4, Kind.FLOATING),
  UINT8(2, 1, Kind.UNSIGNED),
  INT8(3, 1, Kind.SIGNED),
  UINT16(4, 2, Kind.UNSIGNED),
  INT16(5, 2, Kind.SIGNED),
  INT32(6, 4, Kind.SIGNED),
  INT64(7, 8, Kind.SIGNED),
  FLOAT16(10, 2, Kind.FLOATING),
  DOUBLE(11, 8, Kind.FLOATING),
  UINT32(12, 4, Kind.UNSIGNED),
  UINT64(13, 8, Kind.UNSIGNED),
  BFLOAT16(16, 2, Kind.FLOATING),
  UINT4(21, 0, Kind.UNSIGNED),
  INT4(22, 0, Kind.SIGNED);

  private enum Kind {
    SIGNED,
    UNSIGNED,
    FLOATING
  }

  private final int code;
  private final int bytes;
  private final Kind kind;

  Element(int code, int bytes, Kind kind) {
    this.code = code;
    this.bytes = bytes;
    this.kind = kind;
  }

  static Optional<Element> of(long code) {
    for (Element element : values()) {
      if (element.code == code) {
        return Optional.of(element);
      }
    }
    return Optional.empty();
  }

  int code() {
    return code;
  }

  /** Two to a byte, the first in the low half. */
  boolean isHalfByte() {
    return bytes == 0;
  }

  /** Elements in so many bytes. */
  int count(int length) {
    return isHalfByte() ? 2 * length : length / bytes;
  }

  /** Whether so many bytes are whole elements. */
  boolean divides(int length) {
    return isHalfByte() || length % bytes == 0;
  }

  /** Bytes of an element; 1 where two share one. */
  int bytes() {
    return Math.max(1, bytes);
  }

  private int bits() {
    return isHalfByte() ? 4 : 8 * bytes;
  }

  /** Ones in the bits of an element. */
  private long mask() {
    return -1L >>> Long.SIZE - bits();
  }

  /** The bits of element {@code i}, little-endian. */
  long get(byte[] data, int i) {
    if (isHalfByte()) {
      return data[i >> 1] >> 4 * (i & 1) & 0xF;
    }
    long value = 0;
    for (int b = bytes - 1; b >= 0; b--) {
      value = value << 8 | data[i * bytes + b] & 0xFF;
    }
    return value;
  }

  /** Sets element {@code i}, which is 0. */
  void set(byte[] data, int i, long value) {
    if (isHalfByte()) {
      data[i >> 1] |= (byte) ((value & 0xF) << 4 * (i & 1));
      return;
    }
    for (int b = 0; b < bytes; b++) {
      data[i * bytes + b] = (byte) (value >>> 8 * b);
    }
  }

  /** A number for the bits of an element that sorts as its values do; fits one long. */
  long ordered(long value) {
    long sign = 1L << bits() - 1;
    return switch (kind) {
      case UNSIGNED -> value;
      case SIGNED -> value ^ sign;
      case FLOATING -> (value & sign) == 0 ? value ^ sign : ~value & mask();
    };
  }

  /** The bits of an element, back from {@link #ordered}. */
  long unordered(long key) {
    long sign = 1L << bits() - 1;
    return switch (kind) {
      case UNSIGNED -> key;
      case SIGNED -> key ^ sign;
      case FLOATING -> (key & sign) != 0 ? key ^ sign : ~key & mask();
    };
  }

  /** The bits so that the upper bytes say most: the sign goes to the end. */
  long folded(long value) {
    int top = bits() - 1;
    long negative = value >>> top & 1;
    return switch (kind) {
      case UNSIGNED -> value;
      case SIGNED -> (value << 1 ^ -negative) & mask();
      case FLOATING -> (value << 1 | negative) & mask();
    };
  }

  /** The bits of an element, back from {@link #folded}. */
  long unfolded(long folded) {
    int top = bits() - 1;
    long negative = folded & 1;
    return switch (kind) {
      case UNSIGNED -> folded;
      case SIGNED -> (folded >>> 1 ^ -negative) & mask();
      case FLOATING -> folded >>> 1 | negative << top;
    };
  }
}
