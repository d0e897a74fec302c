package dev.skerry.testkit;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** A random graph while it grows: its nodes and constants so far, and the shape of each value. */
final class GraphSketch {
  private static final long IR_VERSION = 8;
  private static final long OPSET = 17;

  /** A float value that nodes can take. */
  record Value(String name, long... shape) {
    int rank() {
      return shape.length;
    }

    long elements() {
      return Tensor.elementCount(shape);
    }
  }

  private final RandomGenerator random;
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final SequencedMap<String, Tensor> initializers = new LinkedHashMap<>();
  private int names;

  GraphSketch(RandomGenerator random) {
    this.random = random;
  }

  RandomGenerator random() {
    return random;
  }

  /** Adds an image [N, C, H, W] or rows [N, F] for the caller to give. */
  void addInput() {
    long batch = random.nextInt(1, 3);
    long[] shape =
        random.nextInt(3) == 0
            ? new long[] {batch, random.nextInt(2, 12)}
            : new long[] {
              batch, random.nextInt(1, 6), random.nextInt(4, 11), random.nextInt(4, 11)
            };
    Value input = new Value(fresh("input"), shape);
    inputs.add(ValueInfo.of(input.name(), DataType.FLOAT, shape));
    values.add(input);
  }

  String fresh(String stem) {
    return stem + "_" + names++;
  }

  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** One of the values that {@code fits}, the newest more often than others. */
  Optional<Value> pick(Predicate<Value> fits) {
    List<Value> fitting = values.stream().filter(fits).toList();
    if (fitting.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(oneIn(2) ? fitting.getLast() : fitting.get(random.nextInt(fitting.size())));
  }

  /** Adds a node that makes one float value of {@code shape}. */
  void add(Node node, long... shape) {
    nodes.add(node);
    values.add(new Value(node.output(0), shape));
  }

  /** Adds a node whose outputs no random operator takes, such as one that makes a shape. */
  void addHidden(Node node) {
    nodes.add(node);
  }

  /** A node with a fresh output, and in half of the cases a name of its own. */
  Node node(String op, String... taken) {
    String output = fresh(op.toLowerCase(Locale.ROOT));
    return Node.of(op, oneIn(2) ? "node_" + output : "", List.of(taken), List.of(output));
  }

  /** The name of a constant: an initializer, or in a quarter of the cases a node's output. */
  String constant(Tensor tensor) {
    String name = fresh("const");
    if (oneIn(4)) {
      nodes.add(
          Node.of("Constant", "", List.of(), List.of(name))
              .with("value", new Attribute.TensorValue(tensor)));
    } else {
      initializers.put(name, tensor);
    }
    return name;
  }

  /** A constant with elements between {@code low} and {@code high}. */
  String weights(double low, double high, long... shape) {
    return constant(uniform(random, low, high, shape));
  }

  static Tensor uniform(RandomGenerator random, double low, double high, long... shape) {
    float[] data = new float[Math.toIntExact(Tensor.elementCount(shape))];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return Tensor.ofFloats(shape, data);
  }

  /** A copy of one of the nodes so far, under other output names; false when none can be. */
  boolean repeatNode() {
    List<Node> single = nodes.stream().filter(node -> node.outputs().size() == 1).toList();
    if (single.isEmpty()) {
      return false;
    }
    Node original = single.get(random.nextInt(single.size()));
    Node copy = original.withName("").withOutputs(List.of(fresh("again")));
    Optional<Value> known =
        values.stream().filter(value -> value.name().equals(original.output(0))).findFirst();
    known.ifPresentOrElse(value -> add(copy, value.shape()), () -> addHidden(copy));
    return true;
  }

  /** The model so far: it gives its newest value and up to two others. */
  Model model() {
    SequencedSet<Value> outputs = new LinkedHashSet<>();
    List<Value> made = values.subList(inputs.size(), values.size());
    if (made.isEmpty()) {
      throw new IllegalStateException("no operator has been added");
    }
    outputs.add(made.getLast());
    for (int i = random.nextInt(3); i > 0; i--) {
      outputs.add(made.get(random.nextInt(made.size())));
    }
    Graph graph =
        new Graph(
            "random",
            listedInputs(),
            outputs.stream().map(GraphSketch::declared).toList(),
            oneIn(3) ? made.stream().map(GraphSketch::declared).toList() : List.of(),
            initializers,
            nodes,
            Bytes.EMPTY);
    return Model.of(IR_VERSION, OPSET, graph);
  }

  private static ValueInfo declared(Value value) {
    return ValueInfo.of(value.name(), DataType.FLOAT, value.shape());
  }

  /** The inputs; in an eighth of the models initializers stand there too, as old exporters did. */
  private List<ValueInfo> listedInputs() {
    if (!oneIn(8)) {
      return inputs;
    }
    List<ValueInfo> listed = new ArrayList<>(inputs);
    initializers.forEach((name, tensor) -> {
      if (tensor.type() == DataType.FLOAT) {
        listed.add(ValueInfo.of(name, tensor.type(), tensor.dims()));
      }
    });
    return listed;
  }

  /** A branch that gives {@code node}'s output, taking what it takes from around it. */
  Attribute branch(Node node, long... shape) {
    return new Attribute.GraphValue(
        new Graph(
            fresh("branch"),
            List.of(),
            List.of(ValueInfo.of(node.output(0), DataType.FLOAT, shape)),
            List.of(),
            new LinkedHashMap<>(),
            List.of(node),
            Bytes.EMPTY));
  }
}
