package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

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
    Model free = model.withIrVersion(Math.max(model.irVersion(), FREE_INITIALIZERS));
    if (removed == 0) {
      return free;
    }
    notes.add(
        "%d inputs that initializers fill are constants now: callers can no longer override them"
            .formatted(removed));
    return free.withGraph(graph.withInputs(required));
  }

  /**
   * Free axes of inputs and outputs fixed to the sizes given for their names; an axis without one
   * goes by its input and place, such as {@code image/0}.
   *
   * @throws SkerryException USAGE for a name that no input has
   */
  static Model bound(Model model, Map<String, Long> sizes) {
    if (sizes.isEmpty()) {
      return model;
    }
    Graph graph = model.graph();
    Set<String> names = new TreeSet<>();
    graph.inputs().forEach(input -> names.addAll(freeAxes(input)));
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

  /** The names by which the free axes of {@code input} can be fixed. */
  private static List<String> freeAxes(ValueInfo input) {
    List<Dimension> axes = SampleSizes.axes(input);
    return IntStream.range(0, axes.size())
        .filter(axis -> !(axes.get(axis) instanceof Dimension.Fixed))
        .mapToObj(axis -> axisName(input.name(), axis, axes.get(axis)))
        .toList();
  }

  /** A free axis without a name goes by its value and place: {@code input/1}. */
  private static String axisName(String value, int axis, Dimension dimension) {
    return dimension instanceof Dimension.Symbol(String name) ? name : value + "/" + axis;
  }

  private static List<ValueInfo> bound(List<ValueInfo> values, Map<String, Long> sizes) {
    return values.stream().map(value -> bound(value, sizes)).toList();
  }

  private static ValueInfo bound(ValueInfo value, Map<String, Long> sizes) {
    if (!(value.type() instanceof Type.Tensor(DataType element, List<Dimension> shape))
        || shape == null) {
      return value;
    }
    List<Dimension> axes = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      Dimension dimension = shape.get(axis);
      Long size =
          dimension instanceof Dimension.Fixed
              ? null
              : sizes.get(axisName(value.name(), axis, dimension));
      axes.add(size == null ? dimension : new Dimension.Fixed(size));
    }
    return new ValueInfo(value.name(), new Type.Tensor(element, axes), value.extra());
  }
}
