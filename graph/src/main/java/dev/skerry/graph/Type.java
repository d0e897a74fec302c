package dev.skerry.graph;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Declared type of a value ({@code TypeProto}). */
public sealed interface Type {
  /**
   * A dense tensor.
   *
   * @param element null when the file says only that it is a tensor
   * @param shape null when the rank is unknown
   */
  record Tensor(@Nullable DataType element, @Nullable List<Dimension> shape) implements Type {
    public Tensor {
      shape = shape == null ? null : List.copyOf(shape);
    }

    /** A tensor of known rank whose axes are all fixed. */
    public static Tensor of(DataType element, long... dims) {
      return new Tensor(
          element,
          java.util.Arrays.stream(dims).<Dimension>mapToObj(Dimension.Fixed::new).toList());
    }

    /** The sizes of all axes, when every one is fixed. */
    public Optional<long[]> fixedShape() {
      List<Dimension> axes = shape;
      if (axes == null || !axes.stream().allMatch(Dimension.Fixed.class::isInstance)) {
        return Optional.empty();
      }
      return Optional.of(
          axes.stream().mapToLong(axis -> ((Dimension.Fixed) axis).size()).toArray());
    }
  }

  /**
   * A sequence, map, optional or sparse tensor: kept as the encoded {@code TypeProto}.
   *
   * @param kind the field's name in {@code TypeProto}, such as {@code sequence_type}
   */
  record Other(String kind, Bytes encoded) implements Type {}
}
