package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Large constants inside branches and loop bodies move to the graph around, where equal ones of
 * different branches become one.
 *
 * <pre>{@code
 * If(c, then { initializer w = ... }, else { initializer v = ... })
 *   =>  initializers w.1, v.1;  If(c, then { ... w.1 ... }, else { ... v.1 ... })
 * }</pre>
 *
 * Not for constants that are themselves outputs of the inner graph, nor below {@value #MIN_BYTES}
 * bytes.
 */
final class HoistConstants implements Rule {
  /** Bytes below which a constant stays where it is used. */
  static final long MIN_BYTES = 1024;

  @Override
  public Optional<Rewrite> apply(Node node, GraphView view) {
    Rewrite rewrite = Rewrite.of(node);
    Node hoisted = node;
    for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
      if (entry.getValue() instanceof Attribute.GraphValue(Graph inner)) {
        SequencedMap<String, Tensor> kept = new LinkedHashMap<>(inner.initializers());
        Map<String, String> names = new HashMap<>();
        for (Map.Entry<String, Tensor> constant : large(inner)) {
          String outside = view.fresh(constant.getKey());
          names.put(constant.getKey(), outside);
          rewrite = rewrite.constant(outside, constant.getValue());
          kept.remove(constant.getKey());
        }
        Graph lighter = new Renaming(names).inside(inner.withInitializers(kept));
        hoisted = hoisted.with(entry.getKey(), new Attribute.GraphValue(lighter));
      }
    }
    return rewrite.constants().isEmpty() ? Optional.empty() : Optional.of(rewrite.with(hoisted));
  }

  private static List<Map.Entry<String, Tensor>> large(Graph inner) {
    Set<String> bound = new HashSet<>(inner.outputNames());
    inner.inputs().forEach(input -> bound.add(input.name()));
    return inner.initializers().entrySet().stream()
        .filter(constant -> constant.getValue().byteSize() >= MIN_BYTES)
        .filter(constant -> !bound.contains(constant.getKey()))
        .toList();
  }
}
