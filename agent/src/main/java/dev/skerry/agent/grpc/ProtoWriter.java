package dev.skerry.agent.grpc;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A message of protocol buffers under way, behind the head of a gRPC frame (one byte that says it
 * is not compressed, and its length in four). Fields at their default are left out, as proto3 has
 * it.
 */
final class ProtoWriter {
  static final int FRAME_HEAD_BYTES = 5;

  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int MOST_VARINT_BYTES = 10;
  private static final int EXPECTED_BYTES = 256;

  private byte[] bytes = new byte[EXPECTED_BYTES];
  private int size = FRAME_HEAD_BYTES;

  ProtoWriter bool(int field, boolean value) {
    if (value) {
      head(field, VARINT);
      varint(1);
    }
    return this;
  }

  ProtoWriter text(int field, String value) {
    if (!value.isEmpty()) {
      bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }
    return this;
  }

  /** One element of a repeated field, even when it is empty. */
  ProtoWriter bytes(int field, byte[] value) {
    return bytes(field, MemorySegment.ofArray(value));
  }

  ProtoWriter bytes(int field, MemorySegment value) {
    int length = Math.toIntExact(value.byteSize());
    head(field, LENGTH_DELIMITED);
    varint(length);
    reserve(length);
    MemorySegment.copy(value, ValueLayout.JAVA_BYTE, 0, bytes, size, length);
    size += length;
    return this;
  }

  /** A packed field of integers; negative ones take ten bytes. */
  ProtoWriter integers(int field, long... values) {
    if (values.length > 0) {
      message(
          field,
          inner -> {
            for (long value : values) {
              inner.varint(value);
            }
          });
    }
    return this;
  }

  /** A message within this one, even when it is empty. */
  ProtoWriter message(int field, Consumer<ProtoWriter> content) {
    ProtoWriter inner = new ProtoWriter();
    content.accept(inner);
    int length = inner.size - FRAME_HEAD_BYTES;
    return bytes(field, MemorySegment.ofArray(inner.bytes).asSlice(FRAME_HEAD_BYTES, length));
  }

  /** The message as a frame of gRPC. */
  byte[] frame() {
    byte[] frame = Arrays.copyOf(bytes, size);
    int length = size - FRAME_HEAD_BYTES;
    frame[1] = (byte) (length >>> 24);
    frame[2] = (byte) (length >>> 16);
    frame[3] = (byte) (length >>> 8);
    frame[4] = (byte) length;
    return frame;
  }

  private void head(int field, int kind) {
    varint((long) field << 3 | kind);
  }

  private void varint(long value) {
    reserve(MOST_VARINT_BYTES);
    long left = value;
    while ((left & ~0x7FL) != 0) {
      bytes[size++] = (byte) (left & 0x7F | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
