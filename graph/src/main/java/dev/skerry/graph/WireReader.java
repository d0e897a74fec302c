package dev.skerry.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Walks the fields of one encoded message (Protocol Buffers wire format,
 * protobuf.dev/programming-guides/encoding). Positions are counted from the start of the source, so
 * that messages can name them.
 *
 * <p>After {@link #next} says that there is a field, exactly one of the methods that take its value
 * is called.
 */
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private static final int MAX_VARINT_BYTES = 10;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ReadSource source;
  private final long start;
  private final long end;
  private long position;
  private long fieldStart;
  private int field;
  private int wire;

  private WireReader(ReadSource source, long start, long end) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.position = start;
  }

  /** A walk over the whole source. */
  static WireReader over(ReadSource source) {
    return new WireReader(source, 0, source.size());
  }

  /** The same message from its first field again. */
  WireReader again() {
    return new WireReader(source, start, end);
  }

  /** Goes to the next field; false when the message ends. */
  boolean next() {
    if (position == end) {
      return false;
    }
    fieldStart = position;
    long tag = rawVarint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    if (field == 0 || tag >>> 32 != 0) {
      throw source.fail(fieldStart, "a field number was expected, not " + (tag >>> 3));
    }
    if (wire != VARINT && wire != FIXED64 && wire != LENGTH && wire != FIXED32) {
      throw source.fail(fieldStart, "field %d has wire type %d".formatted(field, wire));
    }
    return true;
  }

  int field() {
    return field;
  }

  /** Where the current field starts. */
  long fieldStart() {
    return fieldStart;
  }

  long varint() {
    expect(VARINT, "a whole number");
    return rawVarint();
  }

  float float32() {
    expect(FIXED32, "a float");
    return Float.intBitsToFloat((int) fixed(4));
  }

  WireReader message() {
    long length = length();
    source.charge(ReadSource.OBJECT_BYTES, fieldStart);
    WireReader content = new WireReader(source, position, position + length);
    position += length;
    return content;
  }

  /** The value of a bytes field, borrowed. */
  MemorySegment segment() {
    long length = length();
    position += length;
    return source.slice(position - length, length);
  }

  Bytes bytes() {
    long length = length();
    source.charge(ReadSource.TEXT_BYTES, fieldStart);
    position += length;
    return Bytes.of(source.copy(position - length, length));
  }

  String text() {
    byte[] encoded = bytes().toArray();
    String text = new String(encoded, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0
        && !Arrays.equals(encoded, text.getBytes(StandardCharsets.UTF_8))) {
      throw source.fail(fieldStart, "field %d should be UTF-8 text".formatted(field));
    }
    return text;
  }

  /** The entries of a repeated integer field, packed or a single one. */
  void varints(LongConsumer sink) {
    if (wire == VARINT) {
      sink.accept(rawVarint());
      return;
    }
    WireReader packed = packed();
    while (packed.position < packed.end) {
      sink.accept(packed.rawVarint());
    }
  }

  /** The bits of the entries of a repeated float (4 bytes) or double (8 bytes) field. */
  void fixeds(int width, LongConsumer sink) {
    if (wire != LENGTH) {
      expect(width == 4 ? FIXED32 : FIXED64, "a floating-point number");
      sink.accept(fixed(width));
      return;
    }
    WireReader packed = packed();
    while (packed.position < packed.end) {
      sink.accept(packed.fixed(width));
    }
  }

  /** Whether the current field holds a length and bytes. */
  boolean isLengthDelimited() {
    return wire == LENGTH;
  }

  private WireReader packed() {
    long length = length();
    position += length;
    return new WireReader(source, position - length, position);
  }

  void skip() {
    switch (wire) {
      case VARINT -> rawVarint();
      case FIXED64 -> fixed(8);
      case FIXED32 -> fixed(4);
      default -> segment();
    }
  }

  /** Skips the current field and gives its encoding, tag included. */
  byte[] keep() {
    skip();
    return source.copy(fieldStart, position - fieldStart);
  }

  /** The encoding of the whole message, without tag and length. */
  Bytes encoded() {
    return Bytes.of(source.copy(start, end - start));
  }

  void charge(long heapBytes) {
    source.charge(heapBytes, fieldStart);
  }

  /** What is wrong with this message, which starts at the position that is named. */
  SkerryException failMessage(String problem) {
    return source.fail(start, problem);
  }

  /** What is wrong with the current field. */
  SkerryException failField(String problem) {
    return source.fail(fieldStart, problem);
  }

  private void expect(int wanted, String what) {
    if (wire != wanted) {
      throw failField("field %d should be %s but has wire type %d".formatted(field, what, wire));
    }
  }

  private long length() {
    expect(LENGTH, "a length and bytes");
    long length = rawVarint();
    if (length < 0 || length > end - position) {
      throw failField(
          "field %d says that it has %s bytes, but only %,d are left: the file is cut off or damaged"
              .formatted(field, Long.toUnsignedString(length), end - position));
    }
    return length;
  }

  private long fixed(int width) {
    if (end - position < width) {
      throw failField("field %d is cut off".formatted(field));
    }
    MemorySegment value = source.slice(position, width);
    position += width;
    return width == 4 ? value.get(INT, 0) : value.get(LONG, 0);
  }

  private long rawVarint() {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (position == end) {
        throw source.fail(position, "a number is cut off");
      }
      byte next = source.at(position++);
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw source.fail(position, "a number takes more than " + MAX_VARINT_BYTES + " bytes");
  }
}
