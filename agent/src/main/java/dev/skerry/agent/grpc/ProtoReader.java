package dev.skerry.agent.grpc;

import dev.skerry.agent.serve.HttpProblem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads one message of protocol buffers (encoding specification, "Message Structure") field by
 * field. What is malformed ends in an {@link HttpProblem} of status 400.
 */
final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final int VARINT_BITS = 70;

  private final byte[] bytes;
  private final ByteBuffer view;
  private final int end;
  private int at;
  private int field;
  private int kind;

  /** Where the value of the current field begins, and the next field. */
  private int next;

  ProtoReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private ProtoReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.end = end;
    this.at = from;
    this.next = from;
  }

  /** Goes to the next field, passing over what was not read of the last one; false at the end. */
  boolean next() {
    at = next;
    if (at == end) {
      return false;
    }
    long tag = rawVarint();
    field = (int) (tag >>> 3);
    kind = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0) {
      throw malformed("no field has the tag " + tag);
    }
    next = behind();
    return true;
  }

  /** Where the current field ends; of one that is length-delimited, moves to its content. */
  private int behind() {
    int start = at;
    long stop =
        switch (kind) {
          case VARINT -> {
            rawVarint();
            int after = at;
            at = start;
            yield after;
          }
          case FIXED64 -> at + 8L;
          case FIXED32 -> at + 4L;
          case LENGTH_DELIMITED -> {
            long length = rawVarint();
            yield length < 0 ? Long.MAX_VALUE : at + length;
          }
          default -> throw malformed("field %d is of kind %d".formatted(field, kind));
        };
    if (stop > end) {
      throw malformed("field %d goes beyond its end".formatted(field));
    }
    return (int) stop;
  }

  int field() {
    return field;
  }

  /** Whether the current field is length-delimited: text, bytes, a message or packed numbers. */
  boolean isDelimited() {
    return kind == LENGTH_DELIMITED;
  }

  /** The current field's text. */
  String text() {
    require(LENGTH_DELIMITED);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, at, next - at))
          .toString();
    } catch (CharacterCodingException e) {
      throw new HttpProblem(
          HttpProblem.BAD_REQUEST,
          "the message has text in field %d that is no UTF-8".formatted(field),
          e);
    }
  }

  /** The current field, a message or packed numbers, or any other as what it consists of. */
  ProtoReader inner() {
    require(LENGTH_DELIMITED);
    return new ProtoReader(bytes, at, next);
  }

  /** The current field's bytes. */
  InferMessage.Slice slice() {
    require(LENGTH_DELIMITED);
    return new InferMessage.Slice(bytes, at, next - at);
  }

  long varint() {
    require(VARINT);
    return rawVarint();
  }

  /** Whether there are further numbers in a packed field. */
  boolean hasRaw() {
    return at < end;
  }

  /** The next number of a packed field. */
  long rawVarint() {
    long value = 0;
    for (int shift = 0; shift < VARINT_BITS; shift += 7) {
      if (at == end) {
        throw malformed("it ends within a number");
      }
      byte b = bytes[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("a number has more than ten bytes");
  }

  int rawFixed32() {
    requireLeft(Integer.BYTES);
    at += Integer.BYTES;
    return view.getInt(at - Integer.BYTES);
  }

  long rawFixed64() {
    requireLeft(Long.BYTES);
    at += Long.BYTES;
    return view.getLong(at - Long.BYTES);
  }

  private void requireLeft(int count) {
    if (end - at < count) {
      throw malformed("it ends within a number");
    }
  }

  private void require(int expected) {
    if (kind != expected) {
      throw malformed("field %d is of kind %d, %d was expected".formatted(field, kind, expected));
    }
  }

  private static HttpProblem malformed(String why) {
    return HttpProblem.badRequest("the message is not what the protocol says: " + why);
  }
}
