package dev.skerry.graph;

/** One axis of a declared shape ({@code TensorShapeProto.Dimension}). */
public sealed interface Dimension {
  /** A number of elements, at least 0. */
  record Fixed(long size) implements Dimension {}

  /** A size that is the same wherever the name stands, such as {@code N}. */
  record Symbol(String name) implements Dimension {}

  /** A size of which nothing is said. */
  record Unknown() implements Dimension {}

  /** The axis as people write it: {@code 3}, {@code N} or {@code ?}. */
  default String text() {
    return switch (this) {
      case Fixed(long size) -> Long.toString(size);
      case Symbol(String name) -> name;
      case Unknown() -> "?";
    };
  }
}
