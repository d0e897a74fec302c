package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Writes nodes and constants behind a graph, each under a name that nothing else has. */
public final class Emitter {
  private final List<Node> nodes = new ArrayList<>();
  private final SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, String> known = new HashMap<>();
  private final FreshNames names;
  private final String prefix;
  private int count;

  /** An emitter whose names begin with {@code prefix} and differ from those in {@code graph}. */
  public Emitter(Graph graph, String prefix) {
    this.prefix = prefix;
    this.names = new FreshNames(graph);
  }

  /** {@code graph} with all that was emitted behind its nodes. */
  public Graph appendedTo(Graph graph) {
    List<Node> all = new ArrayList<>(graph.nodes());
    all.addAll(nodes);
    SequencedMap<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    initializers.putAll(constants);
    return graph.withNodes(all).withInitializers(initializers);
  }

  /** Moves the nodes that were emitted, and all constants, behind others. */
  void moveTo(List<Node> others, Map<String, Tensor> initializers) {
    others.addAll(nodes);
    nodes.clear();
    initializers.putAll(constants);
  }

  /** A name of its own that says what it is for. */
  public String fresh(String what) {
    return names.fresh(prefix + what + "." + count++);
  }

  /** The only output of a new node without attributes. */
  public String op(String op, String... inputs) {
    return op(op, Map.of(), inputs);
  }

  /** The only output of a new node. */
  public String op(String op, Map<String, Attribute> attributes, String... inputs) {
    return ops(op, 1, attributes, inputs).getFirst();
  }

  /** The outputs of a new node. */
  public List<String> ops(
      String op, int outputs, Map<String, Attribute> attributes, String... inputs) {
    List<String> names = IntStream.range(0, outputs).mapToObj(_ -> fresh(op)).toList();
    Node node = Node.of(op, names.getFirst(), Arrays.asList(inputs), names);
    for (Map.Entry<String, Attribute> attribute : new TreeMap<>(attributes).entrySet()) {
      node = node.with(attribute.getKey(), attribute.getValue());
    }
    nodes.add(node);
    return names;
  }

  /** A new node that makes {@code output}. */
  public void into(String output, String op, String... inputs) {
    nodes.add(Node.of(op, output, Arrays.asList(inputs), List.of(output)));
  }

  public String constant(String what, Tensor tensor) {
    String name = fresh(what);
    constants.put(name, tensor);
    return name;
  }

  public String longs(long... values) {
    return known.computeIfAbsent(
        Arrays.toString(values), _ -> constant("longs", Tensor.vector(values)));
  }

  /** A scalar of a floating type. */
  public String scalar(DataType type, double value) {
    return known.computeIfAbsent(
        type + " " + value, _ -> constant("scalar", numbers(type, new long[0], value)));
  }

  /** A tensor of a floating type. */
  public static Tensor numbers(DataType type, long[] dims, double... values) {
    if (type == DataType.DOUBLE) {
      return Tensor.of(type, dims, MemorySegment.ofArray(values));
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.ofFloats(dims, floats);
  }

  public String reshape(String value, long... dims) {
    return op("Reshape", value, longs(dims));
  }

  public String transpose(String value, long... order) {
    return op("Transpose", Map.of("perm", Attribute.Ints.of(order)), value);
  }

  /** Sum over {@code axes}, which stay with size 1 or go. */
  public String sum(String value, boolean keep, long... axes) {
    Attribute keepdims = Attribute.of(keep ? 1L : 0L);
    return op("ReduceSum", Map.of("keepdims", keepdims), value, longs(axes));
  }

  /** 1 where {@code condition} holds and 0 elsewhere. */
  public String number(DataType type, String condition) {
    return op("Cast", Map.of("to", Attribute.of((long) type.code())), condition);
  }

  /** Elements from {@code starts} to {@code ends} of some axes. */
  public String slice(String value, long[] starts, long[] ends, long[] axes, long[] steps) {
    return op("Slice", value, longs(starts), longs(ends), longs(axes), longs(steps));
  }

  /** Sums {@code value} of {@code shape} over what broadcasting repeated of {@code target}. */
  public String unbroadcast(String value, long[] shape, long[] target) {
    int extra = shape.length - target.length;
    long[] axes =
        IntStream.range(0, shape.length)
            .filter(axis -> axis < extra || (target[axis - extra] == 1 && shape[axis] != 1))
            .asLongStream()
            .toArray();
    String summed = axes.length == 0 ? value : sum(value, true, axes);
    return extra == 0 ? summed : reshape(summed, target);
  }

  /**
   * Multiplies along one axis by a constant matrix.
   *
   * @param value of {@code shape}
   * @param matrix [rows][columns]; columns is the size of {@code axis}, rows what it becomes
   */
  public String along(String value, DataType type, long[] shape, int axis, double[][] matrix) {
    long before = Tensor.elementCount(Arrays.copyOf(shape, axis));
    long after = Tensor.elementCount(Arrays.copyOfRange(shape, axis + 1, shape.length));
    double[] flat = Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    Tensor weights = numbers(type, new long[] {matrix.length, shape[axis]}, flat);
    String folded = reshape(value, before, shape[axis], after);
    long[] changed = shape.clone();
    changed[axis] = matrix.length;
    return reshape(op("MatMul", constant("matrix", weights), folded), changed);
  }
}
