package dev.skerry.optimize.prune;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/** Takes channels out of a graph: cuts constants, and writes sizes anew that nodes are given. */
final class Removal {
  private final Dependencies dependencies;
  private final Set<Integer> removed;
  private final SequencedMap<String, Tensor> constants;
  private final FreshNames names;

  private Removal(Dependencies dependencies, Graph graph, Set<Integer> removed) {
    this.dependencies = dependencies;
    this.removed = removed;
    this.constants = new LinkedHashMap<>(graph.initializers());
    this.names = new FreshNames(graph);
  }

  /**
   * @param graph that of {@code dependencies}, perhaps with other contents of constants
   * @param removed roots of the units that leave
   */
  static Graph of(Dependencies dependencies, Graph graph, Set<Integer> removed) {
    Removal removal = new Removal(dependencies, graph, removed);
    graph.initializers().keySet().forEach(removal::cut);
    List<Node> nodes = graph.nodes().stream().map(removal::changed).toList();
    return graph
        .withNodes(nodes)
        .withValues(List.of())
        .withInitializers(removal.constants)
        .withInputs(graph.requiredInputs());
  }

  /** The indices of an axis that stay. */
  private int[] stay(String value, int axis) {
    Slots slots = dependencies.slots();
    return IntStream.range(0, slots.length(value, axis))
        .filter(i -> !removed.contains(slots.root(slots.slot(value, axis, i))))
        .toArray();
  }

  private void cut(String name) {
    Tensor tensor = constants.get(name);
    for (int axis = 0; tensor != null && axis < tensor.rank(); axis++) {
      int[] stay = stay(name, axis);
      if (stay.length < tensor.dim(axis)) {
        tensor = taken(tensor, axis, stay);
        constants.put(name, tensor);
      }
    }
  }

  /** {@code tensor} with just the indices {@code stay} of one axis. */
  static Tensor taken(Tensor tensor, int axis, int[] stay) {
    long[] dims = tensor.dims();
    long outer = Tensor.elementCount(Arrays.copyOf(dims, axis));
    long inner =
        tensor.type().bytes(Tensor.elementCount(Arrays.copyOfRange(dims, axis + 1, dims.length)));
    long length = dims[axis];
    dims[axis] = stay.length;
    MemorySegment to = MemorySegment.ofArray(new byte[(int) (outer * stay.length * inner)]);
    for (long block = 0; block < outer; block++) {
      for (int i = 0; i < stay.length; i++) {
        MemorySegment.copy(
            tensor.data(),
            (block * length + stay[i]) * inner,
            to,
            (block * stay.length + i) * inner,
            inner);
      }
    }
    return Tensor.of(tensor.type(), dims, to).withExtra(tensor.extra());
  }

  private Node changed(Node node) {
    if (!node.domain().isEmpty()) {
      return node;
    }
    return switch (node.op()) {
      case "Conv", "ConvTranspose" -> convolution(node);
      case "Reshape", "Expand" -> sized(node, 1);
      case "Resize" -> node.hasInput(3) ? sized(node, 3) : node;
      case "Split" -> split(node);
      case "Slice" -> slice(node);
      default -> node;
    };
  }

  private Node convolution(Node node) {
    long groups = node.intAttribute("group", 1);
    if (groups == 1) {
      return node;
    }
    int filters = dependencies.slots().length(node.input(1), 0);
    long left = groups * stay(node.input(1), 0).length / filters;
    return left == groups ? node : node.with("group", Attribute.of(left));
  }

  /** Sizes of the output that are given as numbers, not as 0 (the input's) or -1 (the rest). */
  private Node sized(Node node, int input) {
    Tensor sizes = dependencies.values().constant(node.input(input)).orElse(null);
    if (sizes == null) {
      return node;
    }
    long[] given = sizes.toLongs();
    long[] changed = given.clone();
    Slots slots = dependencies.slots();
    int shift = slots.rank(node.output(0)) - given.length;
    for (int i = 0; i < given.length; i++) {
      if (given[i] > 1) {
        long before = slots.length(node.output(0), i + shift);
        int now = stay(node.output(0), i + shift).length;
        changed[i] = now == before ? given[i] : now;
      }
    }
    return Arrays.equals(given, changed) ? node : node.withInput(input, constant(node, changed));
  }

  private String constant(Node node, long... numbers) {
    String name = names.fresh(node.output(0) + ".sizes");
    constants.put(name, Tensor.vector(numbers));
    return name;
  }

  private Node split(Node node) {
    Slots slots = dependencies.slots();
    String x = node.input(0);
    long given = node.intAttribute("axis", 0);
    int axis = (int) (given < 0 ? given + slots.rank(x) : given);
    if (stay(x, axis).length == slots.length(x, axis)) {
      return node;
    }
    long[] sizes = node.outputs().stream().mapToLong(output -> stay(output, axis).length).toArray();
    return node.without("num_outputs").withInput(1, constant(node, sizes));
  }

  private Node slice(Node node) {
    Slots slots = dependencies.slots();
    String x = node.input(0);
    String y = node.output(0);
    long[] starts = numbers(node, 1);
    long[] ends = numbers(node, 2);
    long[] axes = node.hasInput(3) ? numbers(node, 3) : new long[0];
    boolean same = true;
    for (int i = 0; i < starts.length; i++) {
      int axis = (int) (axes.length == 0 ? i : axes[i] < 0 ? axes[i] + slots.rank(x) : axes[i]);
      int length = slots.length(x, axis);
      int[] stay = stay(x, axis);
      if (stay.length == length) {
        continue;
      }
      long start = Math.clamp(starts[i] < 0 ? starts[i] + length : starts[i], 0L, length);
      long before = Arrays.stream(stay).filter(index -> index < start).count();
      starts[i] = before;
      ends[i] = before + stay(y, axis).length;
      same = false;
    }
    return same
        ? node
        : node.withInput(1, constant(node, starts)).withInput(2, constant(node, ends));
  }

  private long[] numbers(Node node, int input) {
    return dependencies
        .values()
        .constant(node.input(input))
        .map(Tensor::toLongs)
        .orElseGet(() -> new long[0]);
  }
}
