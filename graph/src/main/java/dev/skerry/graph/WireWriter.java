package dev.skerry.graph;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes one message (Protocol Buffers wire format). Large byte fields are not copied: the message
 * is a list of parts, some encoded here, some borrowed from tensors.
 */
final class WireWriter {
  /** From this size on, in bytes, a byte field is borrowed instead of copied. */
  private static final int BORROW_FROM = 4096;

  private final List<MemorySegment> done = new ArrayList<>();
  private long doneBytes;
  private ByteArrayOutputStream open = new ByteArrayOutputStream(32);

  long size() {
    return doneBytes + open.size();
  }

  /** The encoded message in pieces, in order. */
  List<MemorySegment> parts() {
    flush();
    return List.copyOf(done);
  }

  /** The encoded message on the heap. */
  byte[] toByteArray() {
    byte[] all = new byte[Math.toIntExact(size())];
    MemorySegment target = MemorySegment.ofArray(all);
    long at = 0;
    for (MemorySegment part : parts()) {
      MemorySegment.copy(part, 0, target, at, part.byteSize());
      at += part.byteSize();
    }
    return all;
  }

  void varint(int field, long value) {
    tag(field, WireReader.VARINT);
    rawVarint(value);
  }

  void float32(int field, float value) {
    tag(field, WireReader.FIXED32);
    rawFloat(value);
  }

  void bytes(int field, Bytes value) {
    tag(field, WireReader.LENGTH);
    rawVarint(value.length());
    raw(value);
  }

  void text(int field, String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    tag(field, WireReader.LENGTH);
    rawVarint(encoded.length);
    open.writeBytes(encoded);
  }

  /** Writes {@code value} unless it is empty, which is what a reader makes of a missing text. */
  void optionalText(int field, String value) {
    if (!value.isEmpty()) {
      text(field, value);
    }
  }

  void texts(int field, List<String> values) {
    values.forEach(value -> text(field, value));
  }

  void message(int field, WireWriter content) {
    tag(field, WireReader.LENGTH);
    rawVarint(content.size());
    content.done.forEach(this::append);
    open.writeBytes(content.open.toByteArray());
  }

  void segment(int field, MemorySegment value) {
    tag(field, WireReader.LENGTH);
    rawVarint(value.byteSize());
    append(value);
  }

  void packedVarints(int field, long... values) {
    WireWriter packed = new WireWriter();
    for (long value : values) {
      packed.rawVarint(value);
    }
    message(field, packed);
  }

  void packedFloats(int field, List<Float> values) {
    WireWriter packed = new WireWriter();
    values.forEach(packed::rawFloat);
    message(field, packed);
  }

  /** Writes fields that are encoded already. */
  void raw(Bytes fields) {
    open.writeBytes(fields.toArray());
  }

  private void append(MemorySegment part) {
    if (part.byteSize() < BORROW_FROM) {
      open.writeBytes(part.toArray(ValueLayout.JAVA_BYTE));
    } else {
      flush();
      add(part);
    }
  }

  private void flush() {
    if (open.size() > 0) {
      add(MemorySegment.ofArray(open.toByteArray()));
      open = new ByteArrayOutputStream(32);
    }
  }

  private void add(MemorySegment part) {
    done.add(part);
    doneBytes += part.byteSize();
  }

  private void tag(int field, int wire) {
    rawVarint(((long) field << 3) | wire);
  }

  private void rawVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      open.write(((int) rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    open.write((int) rest);
  }

  private void rawFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    for (int shift = 0; shift < 32; shift += 8) {
      open.write(bits >> shift);
    }
  }
}
