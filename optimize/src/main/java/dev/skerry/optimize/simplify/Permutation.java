package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The order in which a Transpose takes the axes of its input. */
final class Permutation {
  private Permutation() {}

  /** Axis {@code perm[i]} of the input becomes axis i; empty when reversed over an unknown rank. */
  static Optional<long[]> of(Node transpose, GraphView view) {
    Optional<long[]> given = transpose.intsAttribute("perm");
    OptionalInt rank = view.rank(transpose.input(0));
    return given.isPresent() || rank.isEmpty()
        ? given
        : Optional.of(
            LongStream.iterate(rank.getAsInt() - 1, axis -> axis >= 0, axis -> axis - 1).toArray());
  }

  /** The permutation that does {@code first}, then {@code second}. */
  static long[] compose(long[] first, long[] second) {
    return Arrays.stream(second).map(axis -> first[(int) axis]).toArray();
  }

  static boolean isIdentity(long[] perm) {
    return IntStream.range(0, perm.length).allMatch(axis -> perm[axis] == axis);
  }

  /** {@code Transpose(x, perm) -> y}. */
  static Node node(String name, String x, long[] perm, String y) {
    return Node.of("Transpose", name, List.of(x), List.of(y)).with("perm", Attribute.Ints.of(perm));
  }
}
