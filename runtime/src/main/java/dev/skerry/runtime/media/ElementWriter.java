package dev.skerry.runtime.media;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Puts numbers into the memory of a tensor as its element type stores them, little-endian. */
public sealed interface ElementWriter {
  /** Stores {@code value} at flat {@code index}; integers are rounded and held to their range. */
  void put(MemorySegment memory, long index, double value);

  /** 32-bit floats, the common case. */
  record Floats() implements ElementWriter {
    static final ValueLayout.OfFloat LAYOUT =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public void put(MemorySegment memory, long index, double value) {
      memory.set(LAYOUT, index * 4, (float) value);
    }
  }

  /** Everything else, through a table of ranges. */
  record Others(DataType type) implements ElementWriter {
    private static final ValueLayout.OfShort SHORT =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
        ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public void put(MemorySegment memory, long index, double value) {
      switch (type) {
        case DOUBLE -> memory.set(DOUBLE, index * 8, value);
        case FLOAT16 -> memory.set(SHORT, index * 2, Float.floatToFloat16((float) value));
        case BOOL -> memory.set(ValueLayout.JAVA_BYTE, index, (byte) (value == 0 ? 0 : 1));
        case INT8 -> memory.set(ValueLayout.JAVA_BYTE, index, (byte) held(value, -128, 127));
        case UINT8 -> memory.set(ValueLayout.JAVA_BYTE, index, (byte) held(value, 0, 255));
        case INT16 -> memory.set(SHORT, index * 2, (short) held(value, -32768, 32767));
        case UINT16 -> memory.set(SHORT, index * 2, (short) held(value, 0, 65535));
        case INT32 ->
            memory.set(INT, index * 4, (int) held(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
        case UINT32 -> memory.set(INT, index * 4, (int) held(value, 0, 0xFFFF_FFFFL));
        case INT64, UINT64 -> memory.set(LONG, index * 8, Math.round(value));
        case FLOAT, STRING, COMPLEX64, COMPLEX128, BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ ->
            throw unsupported(type);
        case FLOAT8E5M2, FLOAT8E5M2FNUZ, UINT4, INT4, FLOAT4E2M1, FLOAT8E8M0, UINT2, INT2 ->
            throw unsupported(type);
      }
    }

    private static long held(double value, long least, long most) {
      return Math.clamp(Math.round(value), least, most);
    }
  }

  /**
   * The writer of {@code type}.
   *
   * @throws SkerryException BAD_DATA for types that no data file fills
   */
  static ElementWriter of(DataType type) {
    return switch (type) {
      case FLOAT -> new Floats();
      case DOUBLE, FLOAT16, BOOL, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 ->
          new Others(type);
      case STRING, COMPLEX64, COMPLEX128, BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2 ->
          throw unsupported(type);
      case FLOAT8E5M2FNUZ, UINT4, INT4, FLOAT4E2M1, FLOAT8E8M0, UINT2, INT2 ->
          throw unsupported(type);
    };
  }

  private static SkerryException unsupported(DataType type) {
    return new SkerryException(
        ErrorCode.BAD_DATA, "no data file can be turned into " + type + " elements; add a Cast");
  }
}
