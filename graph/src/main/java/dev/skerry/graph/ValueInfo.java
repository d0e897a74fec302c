package dev.skerry.graph;

import org.jspecify.annotations.Nullable;

/**
 * A named value with its declared type ({@code ValueInfoProto}).
 *
 * @param type null when the file does not say
 * @param extra fields that Skerry does not model (documentation, metadata), encoded
 */
public record ValueInfo(String name, @Nullable Type type, Bytes extra) {
  public static ValueInfo of(String name, Type type) {
    return new ValueInfo(name, type, Bytes.EMPTY);
  }

  public static ValueInfo of(String name, DataType element, long... dims) {
    return of(name, Type.Tensor.of(element, dims));
  }
}
