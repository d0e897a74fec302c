package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Changes of a model's declared inputs that the driver makes before any rule runs. */
final class Signature {
  /** The first IR version in which initializers need not be inputs. */
  private static final long FREE_INITIALIZERS = 4;

  private Signature() {}

  /**
   * Initializers out of the inputs: they become constants, which engines can fold and fuse.
   *
   * <p>IR version 3 and below listed every initializer as an input, whose value a caller could
   * override; afterwards callers no longer can.
   */
  static Model withoutDefaultInputs(Model model, List<String> notes) {
    Graph graph = model.graph();
    List<ValueInfo> required = graph.requiredInputs();
    int removed = graph.inputs().size() - required.size();
    if (removed == 0) {
      return model;
    }
    notes.add(
        "%d inputs that initializers fill are constants now: callers can no longer override them"
            .formatted(removed));
    return model
        .withGraph(graph.withInputs(required))
        .withIrVersion(Math.max(model.irVersion(), FREE_INITIALIZERS));
  }

  /**
   * Free axes of inputs and outputs fixed to the sizes given for their names.
   *
   * @throws SkerryException USAGE for a name that no input has
   */
  static Model bound(Model model, Map<String, Long> sizes) {
    if (sizes.isEmpty()) {
      return model;
    }
    Graph graph = model.graph();
    Set<String> names =
        graph.inputs().stream()
            .flatMap(input -> SampleSizes.axes(input).stream())
            .filter(Dimension.Symbol.class::isInstance)
            .map(Dimension::text)
            .collect(Collectors.toSet());
    for (String name : sizes.keySet()) {
      if (!names.contains(name)) {
        throw new SkerryException(
            ErrorCode.USAGE,
            "no input has a free axis '%s'; the free axes are %s".formatted(name, names));
      }
    }
    return model.withGraph(
        graph
            .withInputs(bound(graph.inputs(), sizes))
            .withOutputs(bound(graph.outputs(), sizes))
            .withValues(bound(graph.values(), sizes)));
  }

  private static List<ValueInfo> bound(List<ValueInfo> values, Map<String, Long> sizes) {
    return values.stream()
        .map(value -> new ValueInfo(value.name(), bound(value.type(), sizes), value.extra()))
        .toList();
  }

  private static @Nullable Type bound(@Nullable Type type, Map<String, Long> sizes) {
    if (!(type instanceof Type.Tensor(DataType element, List<Dimension> shape)) || shape == null) {
      return type;
    }
    return new Type.Tensor(
        element,
        shape.stream()
            .map(axis ->
                axis instanceof Dimension.Symbol(String name) && sizes.containsKey(name)
                    ? new Dimension.Fixed(sizes.get(name))
                    : axis)
            .toList());
  }
}
