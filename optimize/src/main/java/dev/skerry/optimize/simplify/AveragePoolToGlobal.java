package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An average whose window is the whole plane becomes a GlobalAveragePool.
 *
 * <pre>{@code
 * AveragePool(x[N, C, 8, 8], kernel 8 8, no padding)    =>    GlobalAveragePool(x)
 * }</pre>
 */
final class AveragePoolToGlobal implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Optional<long[]> kernel =
        node.is("AveragePool") ? node.intsAttribute("kernel_shape") : Optional.empty();
    Optional<Fact> fact = view.fact(node.input(0));
    boolean fires =
        kernel.isPresent()
            && fact.isPresent()
            && fact.get().hasRank(kernel.get().length + 2)
            && IntStream.range(0, kernel.get().length)
                .allMatch(i -> fact.get().dim(i + 2) == kernel.get()[i])
            && !node.textAttribute("auto_pad", "NOTSET").startsWith("SAME")
            && unset(node, "pads", 0)
            && unset(node, "dilations", 1);
    return fires
        ? Optional.of(
            Rewrite.of(node)
                .with(
                    Node.of(
                        "GlobalAveragePool", node.name(), List.of(node.input(0)), node.outputs())))
        : Optional.empty();
  }

  private static boolean unset(Node node, String key, long plain) {
    return node.intsAttribute(key)
        .filter(values -> Arrays.stream(values).anyMatch(v -> v != plain))
        .isEmpty();
  }
}
