package dev.skerry.graph;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Element type of a tensor, with its code in {@code TensorProto.DataType} (onnx.proto, IR version
 * 13) and the bits that one element takes in {@code raw_data}.
 */
public enum DataType {
  // spotless:off
  FLOAT(1, 32), UINT8(2, 8), INT8(3, 8), UINT16(4, 16), INT16(5, 16), INT32(6, 32), INT64(7, 64),
  STRING(8, 0), BOOL(9, 8), FLOAT16(10, 16), DOUBLE(11, 64), UINT32(12, 32), UINT64(13, 64),
  COMPLEX64(14, 64), COMPLEX128(15, 128), BFLOAT16(16, 16), FLOAT8E4M3FN(17, 8),
  FLOAT8E4M3FNUZ(18, 8), FLOAT8E5M2(19, 8), FLOAT8E5M2FNUZ(20, 8), UINT4(21, 4), INT4(22, 4),
  FLOAT4E2M1(23, 4), FLOAT8E8M0(24, 8), UINT2(25, 2), INT2(26, 2);
  // spotless:on

  private static final @Nullable DataType[] BY_CODE = new DataType[27];

  static {
    for (DataType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final int bits;

  DataType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** The number that ONNX files use for this type. */
  public int code() {
    return code;
  }

  /** Bits per element in {@code raw_data}; 0 for strings, whose elements differ in length. */
  public int bits() {
    return bits;
  }

  /** Whether elements are real floating-point numbers of any width. */
  public boolean isFloating() {
    return switch (this) {
      case FLOAT, FLOAT16, DOUBLE, BFLOAT16 -> true;
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0 -> true;
      case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64, UINT4, INT4, UINT2, INT2 ->
          false;
      case STRING, BOOL, COMPLEX64, COMPLEX128 -> false;
    };
  }

  /** Bytes that {@code elements} elements take, sub-byte elements packed, the last byte padded. */
  public long bytes(long elements) {
    return Math.ceilDiv(Math.multiplyExact(elements, (long) bits), 8L);
  }

  /** The type with this code; empty for 0 (undefined) and for codes newer than this table. */
  public static Optional<DataType> ofCode(long code) {
    return code < 0 || code >= BY_CODE.length
        ? Optional.empty()
        : Optional.ofNullable(BY_CODE[(int) code]);
  }
}
