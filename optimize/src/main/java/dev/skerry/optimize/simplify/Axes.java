package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/** The axes that a node names, wherever its opset keeps them. */
final class Axes {
  private Axes() {}

  /**
   * The axes of Squeeze, Unsqueeze and reductions: an attribute in older opsets, a constant input
   * in newer ones. Empty when absent or not constant.
   */
  static Optional<long[]> of(Node node, GraphView view) {
    Optional<long[]> attribute = node.intsAttribute("axes");
    return attribute.isPresent() ? attribute : view.longs(node.input(1));
  }

  /** {@code axes} counted from the front and sorted. */
  static long[] normal(long[] axes, int rank) {
    return Arrays.stream(axes).map(axis -> axis < 0 ? axis + rank : axis).sorted().toArray();
  }

  /** The axes behind batch and channel: 2, 3, ... */
  static long[] spatial(int rank) {
    return LongStream.range(2, Math.max(rank, 2)).toArray();
  }
}
