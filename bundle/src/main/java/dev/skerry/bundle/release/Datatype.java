package dev.skerry.bundle.release;

import java.util.Arrays;
import java.util.Optional;

/**
 * Types of tensor elements by the names that the Open Inference Protocol gives them
 * (inference_rest, "Tensor Data Types").
 */
public enum Datatype {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  FP32(4),
  FP64(8),
  BF16(2),
  /** Texts, each of its own length. */
  BYTES(0);

  private final int bytes;

  Datatype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element; 0 for {@link #BYTES}, whose elements differ in length. */
  public int bytes() {
    return bytes;
  }

  /** The type of this name. */
  public static Optional<Datatype> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
