package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The mean over all spatial axes becomes the pooling operator that engines and integer kernels
 * know.
 *
 * <pre>{@code
 * ReduceMean(x[N, C, H, W], axes 2 3) -> y    =>    GlobalAveragePool(x) (-> Flatten) -> y
 * }</pre>
 *
 * x is FLOAT of known rank 3 or more; the Flatten stands for {@code keepdims = 0}.
 */
final class ReduceMeanToGlobalAveragePool implements Rule {
  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    if (!node.is("ReduceMean") || !overSpace(node, view)) {
      return Optional.empty();
    }
    boolean keeps = node.intAttribute("keepdims", 1) != 0;
    String pooled = keeps ? node.output(0) : view.fresh(node.output(0));
    Rewrite rewrite =
        Rewrite.of(node)
            .with(
                Node.of("GlobalAveragePool", node.name(), List.of(node.input(0)), List.of(pooled)));
    return Optional.of(
        keeps
            ? rewrite
            : rewrite.with(Node.of("Flatten", node.name(), List.of(pooled), node.outputs())));
  }

  private static boolean overSpace(Node node, GraphView view) {
    Optional<Fact> fact = view.fact(node.input(0)).filter(f -> f.type() == DataType.FLOAT);
    OptionalInt rank = view.rank(node.input(0));
    Optional<long[]> axes = Axes.of(node, view);
    return fact.isPresent()
        && axes.isPresent()
        && rank.orElse(0) >= 3
        && Arrays.equals(Axes.normal(axes.get(), rank.getAsInt()), Axes.spatial(rank.getAsInt()));
  }
}
