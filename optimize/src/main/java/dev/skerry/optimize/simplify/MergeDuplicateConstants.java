package dev.skerry.optimize.simplify;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Initializers of equal type, shape and bits become one. */
final class MergeDuplicateConstants implements GraphRule {
  /** Leading bytes compared before whole contents are. */
  private static final long PROBE_BYTES = 64;

  @Override
  public Optional<Rewrite> apply(GraphView view) {
    Map<List<Object>, List<String>> alike = new HashMap<>();
    Rewrite rewrite = Rewrite.of();
    for (var entry : view.graph().initializers().entrySet()) {
      String name = entry.getKey();
      if (view.constant(name).isEmpty() || view.isOutput(name)) {
        continue;
      }
      List<String> candidates =
          alike.computeIfAbsent(probe(entry.getValue()), _ -> new ArrayList<>());
      Optional<String> same =
          candidates.stream()
              .filter(other -> view.constant(other).orElseThrow().contentEquals(entry.getValue()))
              .findFirst();
      if (same.isPresent()) {
        rewrite = rewrite.rename(name, same.get());
      } else {
        candidates.add(name);
      }
    }
    return rewrite.renamed().isEmpty() ? Optional.empty() : Optional.of(rewrite);
  }

  private static List<Object> probe(Tensor tensor) {
    MemorySegment head = tensor.data().asSlice(0, Math.min(PROBE_BYTES, tensor.data().byteSize()));
    return List.of(tensor.toString(), Bytes.of(head.toArray(ValueLayout.JAVA_BYTE)));
  }
}
