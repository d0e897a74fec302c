package dev.skerry.graph;

import dev.skerry.graph.OnnxProto.AttributeProto;
import java.util.Optional;

/** {@code AttributeProto.AttributeType} with the field that holds the value of each. */
enum AttributeKind {
  FLOAT(1, AttributeProto.F),
  INT(2, AttributeProto.I),
  STRING(3, AttributeProto.S),
  TENSOR(4, AttributeProto.T),
  GRAPH(5, AttributeProto.G),
  FLOATS(6, AttributeProto.FLOATS),
  INTS(7, AttributeProto.INTS),
  STRINGS(8, AttributeProto.STRINGS),
  TENSORS(9, AttributeProto.TENSORS),
  GRAPHS(10, AttributeProto.GRAPHS),
  SPARSE_TENSOR(11, AttributeProto.SPARSE_TENSOR),
  SPARSE_TENSORS(12, AttributeProto.SPARSE_TENSORS),
  TYPE_PROTO(13, AttributeProto.TP),
  TYPE_PROTOS(14, AttributeProto.TYPE_PROTOS);

  private final int code;
  private final int field;

  AttributeKind(int code, int field) {
    this.code = code;
    this.field = field;
  }

  int code() {
    return code;
  }

  int field() {
    return field;
  }

  static Optional<AttributeKind> ofCode(long code) {
    return code < 1 || code > values().length
        ? Optional.empty()
        : Optional.of(values()[(int) code - 1]);
  }

  static Optional<AttributeKind> ofField(int field) {
    for (AttributeKind kind : values()) {
      if (kind.field == field) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
