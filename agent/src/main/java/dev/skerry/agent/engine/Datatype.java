package dev.skerry.agent.engine;

import dev.skerry.graph.DataType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Element types as the Open Inference Protocol names them (version 2, section "Tensor Data Types"),
 * with what ONNX calls them. BF16 is not in its table; it goes as its binary data or as numbers.
 */
public enum Datatype {
  BOOL(DataType.BOOL),
  UINT8(DataType.UINT8),
  UINT16(DataType.UINT16),
  UINT32(DataType.UINT32),
  UINT64(DataType.UINT64),
  INT8(DataType.INT8),
  INT16(DataType.INT16),
  INT32(DataType.INT32),
  INT64(DataType.INT64),
  FP16(DataType.FLOAT16),
  BF16(DataType.BFLOAT16),
  FP32(DataType.FLOAT),
  FP64(DataType.DOUBLE),
  BYTES(DataType.STRING);

  private static final String NAMES =
      Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));

  private final DataType element;

  Datatype(DataType element) {
    this.element = element;
  }

  /** What ONNX calls it. */
  public DataType element() {
    return element;
  }

  /** Bytes of one element; 0 for BYTES, whose elements differ in length. */
  public int bytes() {
    return element.bits() / Byte.SIZE;
  }

  /** Whether elements are real numbers, so that they may be fractions, infinite or NaN. */
  public boolean isFloating() {
    return element.isFloating();
  }

  /** The type of this name; empty when the protocol has none. */
  public static Optional<Datatype> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** The protocol's name for {@code element}; empty when it has none. */
  public static Optional<Datatype> of(DataType element) {
    return Arrays.stream(values()).filter(type -> type.element == element).findFirst();
  }

  /** All names, for messages. */
  public static String names() {
    return NAMES;
  }
}
