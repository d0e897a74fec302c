package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes whose inputs are all constant become constants themselves, computed by the engine.
 *
 * <pre>{@code
 * op(c1, c2, ...) -> op' -> ... -> y    =>    initializer y
 * }</pre>
 *
 * All foldable nodes of a graph run at once as a small model. Left alone: randomness, quantized
 * weights (their DequantizeLinear belongs to an integer kernel), control flow, operators that the
 * engine cannot run here, and results larger by {@value #MAX_GROWTH_BYTES} bytes than what they are
 * made of.
 */
final class ConstantFolding implements GraphRule {
  /** Bytes by which a folded result may exceed the constants that it replaces. */
  static final long MAX_GROWTH_BYTES = 1 << 20;

  private static final Set<String> NEVER =
      Set.of(
          "Constant",
          "Dropout",
          "QuantizeLinear",
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "RandomNormal",
          "RandomNormalLike",
          "RandomUniform",
          "RandomUniformLike",
          "Multinomial",
          "Bernoulli",
          "If",
          "Loop",
          "Scan",
          "SequenceMap");

  @Override
  public Optional<Rewrite> apply(GraphView view) {
    Map<String, Long> bytes = new HashMap<>(); // of the constants that a foldable value is made of
    List<Node> foldable = new ArrayList<>();
    for (Node node : view.graph().nodes()) {
      if (isFoldable(node, bytes.keySet(), view)) {
        foldable.add(node);
        long size = node.inputs().stream().distinct().mapToLong(v -> size(v, bytes, view)).sum();
        node.outputs().forEach(output -> bytes.put(output, size));
      }
    }
    if (foldable.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Tensor> results = view.evaluate(foldable, frontier(foldable, view));
    results
        .entrySet()
        .removeIf(
            e -> e.getValue().byteSize() > bytes.getOrDefault(e.getKey(), 0L) + MAX_GROWTH_BYTES);
    return results.isEmpty() ? Optional.empty() : folded(foldable, results, view);
  }

  private static boolean isFoldable(Node node, Set<String> folded, GraphView view) {
    return node.domain().isEmpty()
        && !NEVER.contains(node.op())
        && !node.op().contains("Sequence")
        && !node.op().contains("Optional")
        && !node.inputs().isEmpty()
        && node.inputs().stream()
            .allMatch(value ->
                value.isEmpty() || folded.contains(value) || view.constant(value).isPresent())
        && view.engineRuns(node)
        && isModest(node, view);
  }

  /** Whether an operator that can make much of little says beforehand that it does not. */
  private static boolean isModest(Node node, GraphView view) {
    return switch (node.op()) {
      case "ConstantOfShape" -> modest(view.longs(node.input(0)));
      case "Expand" -> modest(view.longs(node.input(1)));
      case "Tile" ->
          modest(view.longs(node.input(1)))
              && view.constant(node.input(0)).filter(t -> t.byteSize() < 1 << 16).isPresent();
      case "Range" ->
          view.number(node.input(1)).filter(limit -> Math.abs(limit) < 1 << 16).isPresent();
      default -> true;
    };
  }

  private static boolean modest(Optional<long[]> dims) {
    double elements =
        dims.map(d -> Arrays.stream(d).mapToDouble(Math::abs).reduce(1, (a, b) -> a * b))
            .orElse(Double.POSITIVE_INFINITY);
    return elements <= MAX_GROWTH_BYTES;
  }

  private static long size(String value, Map<String, Long> bytes, GraphView view) {
    return view.constant(value)
        .map(Tensor::byteSize)
        .orElseGet(() -> bytes.getOrDefault(value, 0L));
  }

  /** The foldable values that something other than a foldable node takes. */
  private static List<String> frontier(List<Node> foldable, GraphView view) {
    Set<Node> inside = Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    inside.addAll(foldable);
    return foldable.stream()
        .flatMap(node -> node.outputs().stream())
        .filter(v -> view.isUsed(v) && (view.isOutput(v) || !inside.containsAll(view.consumers(v))))
        .toList();
  }

  private static Optional<Rewrite> folded(
      List<Node> foldable, Map<String, Tensor> results, GraphView view) {
    List<Node> done =
        foldable.stream()
            .filter(n ->
                n.outputs().stream()
                    .allMatch(v -> v.isEmpty() || !view.isUsed(v) || results.containsKey(v)))
            .filter(n -> n.outputs().stream().anyMatch(results::containsKey))
            .toList();
    Rewrite rewrite = Rewrite.of(done);
    for (Node node : done) {
      for (String value : node.outputs()) {
        Tensor result = results.get(value);
        if (result != null) {
          rewrite =
              view.isOutput(value)
                  ? rewrite.with(
                      Node.of("Constant", node.name(), List.of(), List.of(value))
                          .with("value", new Attribute.TensorValue(result)))
                  : rewrite.constant(value, result);
        }
      }
    }
    return done.isEmpty() ? Optional.empty() : Optional.of(rewrite);
  }
}
