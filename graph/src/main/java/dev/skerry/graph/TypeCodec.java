package dev.skerry.graph;

import dev.skerry.graph.OnnxProto.TypeProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@code TypeProto}. */
final class TypeCodec {
  /**
   * What was read.
   *
   * @param type null when the message says nothing that {@link Type} can
   * @param complete whether {@code type} says all that the message does
   */
  record Decoded(@Nullable Type type, boolean complete) {}

  private boolean complete = true;

  private TypeCodec() {}

  static Decoded read(WireReader message) {
    TypeCodec codec = new TypeCodec();
    Type type = codec.type(message);
    return new Decoded(type, codec.complete && type != null);
  }

  private @Nullable Type type(WireReader message) {
    Type type = null;
    WireReader in = message.again();
    while (in.next()) {
      switch (in.field()) {
        case TypeProto.TENSOR_TYPE -> type = tensor(in.message(), message);
        case TypeProto.SEQUENCE_TYPE -> type = other("sequence_type", in, message);
        case TypeProto.MAP_TYPE -> type = other("map_type", in, message);
        case TypeProto.OPAQUE_TYPE -> type = other("opaque_type", in, message);
        case TypeProto.SPARSE_TENSOR_TYPE -> type = other("sparse_tensor_type", in, message);
        case TypeProto.OPTIONAL_TYPE -> type = other("optional_type", in, message);
        default -> leave(in);
      }
    }
    return type;
  }

  private static Type other(String kind, WireReader in, WireReader message) {
    in.skip();
    return new Type.Other(kind, message.encoded());
  }

  private Type tensor(WireReader in, WireReader message) {
    DataType element = null;
    List<Dimension> shape = null;
    while (in.next()) {
      switch (in.field()) {
        case TypeProto.ELEM_TYPE -> {
          long code = in.varint();
          element = DataType.ofCode(code).orElse(null);
          if (element == null && code != 0) {
            return new Type.Other("tensor_type", message.encoded());
          }
        }
        case TypeProto.SHAPE -> shape = shape(in.message());
        default -> leave(in);
      }
    }
    return new Type.Tensor(element, shape);
  }

  private List<Dimension> shape(WireReader in) {
    List<Dimension> shape = new ArrayList<>();
    while (in.next()) {
      if (in.field() != TypeProto.DIM) {
        leave(in);
      } else if (shape.size() == TensorReader.MAX_RANK) {
        throw in.failField("a shape has more than " + TensorReader.MAX_RANK + " axes");
      } else {
        shape.add(dimension(in.message()));
      }
    }
    return shape;
  }

  private Dimension dimension(WireReader in) {
    Dimension dimension = new Dimension.Unknown();
    while (in.next()) {
      switch (in.field()) {
        case TypeProto.DIM_VALUE -> dimension = fixed(in.varint());
        case TypeProto.DIM_PARAM -> dimension = symbol(in.text());
        default -> leave(in);
      }
    }
    return dimension;
  }

  private Dimension fixed(long size) {
    complete &= size >= 0;
    return size >= 0 ? new Dimension.Fixed(size) : new Dimension.Unknown();
  }

  private static Dimension symbol(String name) {
    return name.isEmpty() ? new Dimension.Unknown() : new Dimension.Symbol(name);
  }

  private void leave(WireReader in) {
    in.skip();
    complete = false;
  }

  static WireWriter write(Type type) {
    WireWriter out = new WireWriter();
    switch (type) {
      case Type.Other other -> out.raw(other.encoded());
      case Type.Tensor tensor -> out.message(TypeProto.TENSOR_TYPE, tensor(tensor));
    }
    return out;
  }

  private static WireWriter tensor(Type.Tensor type) {
    WireWriter out = new WireWriter();
    DataType element = type.element();
    if (element != null) {
      out.varint(TypeProto.ELEM_TYPE, element.code());
    }
    List<Dimension> axes = type.shape();
    if (axes != null) {
      WireWriter shape = new WireWriter();
      axes.forEach(axis -> shape.message(TypeProto.DIM, dimension(axis)));
      out.message(TypeProto.SHAPE, shape);
    }
    return out;
  }

  private static WireWriter dimension(Dimension axis) {
    WireWriter out = new WireWriter();
    switch (axis) {
      case Dimension.Fixed(long size) -> out.varint(TypeProto.DIM_VALUE, size);
      case Dimension.Symbol(String name) -> out.text(TypeProto.DIM_PARAM, name);
      case Dimension.Unknown _ -> {}
    }
    return out;
  }
}
