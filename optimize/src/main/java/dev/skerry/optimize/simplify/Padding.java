package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What a Pad in constant mode adds around the spatial axes, and nowhere else.
 *
 * @param amounts elements before each spatial axis, then behind each; none negative
 * @param fill the number that is added
 */
record Padding(List<Long> amounts, double fill) {
  Padding {
    amounts = List.copyOf(amounts);
  }

  /** Empty when {@code pad} pads otherwise, or by amounts that are not constant. */
  static Optional<Padding> of(Node pad, GraphView view) {
    if (!pad.textAttribute("mode", "constant").equals("constant") || pad.hasInput(3)) {
      return Optional.empty();
    }
    Optional<long[]> pads = pad.intsAttribute("pads").or(() -> view.longs(pad.input(1)));
    Optional<Double> fill =
        pad.hasInput(2)
            ? view.number(pad.input(2))
            : Optional.of((double) pad.floatAttribute("value", 0));
    if (pads.isEmpty() || fill.isEmpty() || pads.get().length < 6) {
      return Optional.empty();
    }
    long[] all = pads.get();
    int rank = all.length / 2;
    boolean spatial =
        all[0] == 0
            && all[1] == 0
            && all[rank] == 0
            && all[rank + 1] == 0
            && Arrays.stream(all).allMatch(amount -> amount >= 0);
    return spatial
        ? Optional.of(
            new Padding(
                LongStream.concat(
                        Arrays.stream(all, 2, rank), Arrays.stream(all, rank + 2, 2 * rank))
                    .boxed()
                    .toList(),
                fill.get()))
        : Optional.empty();
  }

  /** The node's own {@code pads} with these added; empty when it pads automatically. */
  Optional<long[]> addedTo(Node node) {
    String auto = node.textAttribute("auto_pad", "NOTSET");
    if (!auto.equals("NOTSET") && !auto.equals("VALID")) {
      return Optional.empty();
    }
    long[] sum = amounts.stream().mapToLong(Long::longValue).toArray();
    long[] own =
        auto.equals("VALID")
            ? new long[sum.length]
            : node.intsAttribute("pads").orElse(new long[sum.length]);
    if (own.length != sum.length) {
      return Optional.empty();
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] += own[i];
    }
    return Optional.of(sum);
  }

  /** Whether a pooling node may pad by {@code pads}: less than its window, whole steps only. */
  static boolean suitsPool(Node pool, long[] pads) {
    long[] kernel = pool.intsAttribute("kernel_shape").orElse(new long[0]);
    return pool.intAttribute("ceil_mode", 0) == 0
        && pool.intsAttribute("dilations")
            .filter(d -> Arrays.stream(d).anyMatch(v -> v != 1))
            .isEmpty()
        && kernel.length * 2 == pads.length
        && IntStream.range(0, pads.length).allMatch(i -> pads[i] < kernel[i % kernel.length]);
  }

  /** {@code node}, in the form {@code changed}, takes the input of {@code pad} and pads itself. */
  static Rewrite merge(Node pad, Node node, Node changed, long[] pads) {
    return Rewrite.of(pad, node)
        .with(
            changed
                .without("auto_pad")
                .with("pads", Attribute.Ints.of(pads))
                .withInput(0, pad.input(0)));
  }
}
