package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** One operator on random inputs, as a model, while it is put together. */
final class GradientCase {
  private final SplittableRandom random;
  private final long seed;
  private DataType type = DataType.DOUBLE;
  private double low = -1;
  private double high = 1;
  private double step = 1e-4;
  private long opset = 17;
  private final SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
  private final SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
  private final SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
  private final List<String> taken = new ArrayList<>();

  GradientCase(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  boolean maybe() {
    return random.nextBoolean();
  }

  /** Single precision, where the engine has no kernel for double; steps as wide as it bears. */
  GradientCase single(double wide) {
    type = DataType.FLOAT;
    step = wide;
    return this;
  }

  GradientCase opset(long wanted) {
    opset = wanted;
    return this;
  }

  /** What later inputs lie between. */
  GradientCase range(double least, double most) {
    low = least;
    high = most;
    return this;
  }

  GradientCase input(long... dims) {
    String name = "x" + taken.size();
    inputs.put(name, GradientCheck.spread(type, random, low, high, dims));
    taken.add(name);
    return this;
  }

  /** An input whose gradient is not asked for. */
  GradientCase fixed(Tensor tensor) {
    String name = "fixed" + taken.size();
    constants.put(name, tensor);
    taken.add(name);
    return this;
  }

  GradientCase longs(long... values) {
    return fixed(Tensor.vector(values));
  }

  GradientCase numbers(double... values) {
    return fixed(Emitter.numbers(type, new long[] {values.length}, values));
  }

  GradientCase number(double value) {
    return fixed(Emitter.numbers(type, new long[0], value));
  }

  /** A place where an optional input is not given. */
  GradientCase nothing() {
    taken.add("");
    return this;
  }

  GradientCase with(String key, long value) {
    attributes.put(key, Attribute.of(value));
    return this;
  }

  GradientCase with(String key, float value) {
    attributes.put(key, Attribute.of(value));
    return this;
  }

  GradientCase with(String key, String value) {
    attributes.put(key, Attribute.of(value));
    return this;
  }

  GradientCase ints(String key, long... values) {
    attributes.put(key, Attribute.Ints.of(values));
    return this;
  }

  /** Two sizes that broadcast with each other. */
  GradientCase broadcastPair() {
    int rank = between(1, 4);
    long[] full = IntStream.range(0, rank).mapToLong(_ -> between(1, 4)).toArray();
    long[] other = full.clone();
    for (int i = 0; i < rank; i++) {
      other[i] = maybe() ? 1 : other[i];
    }
    other = Arrays.copyOfRange(other, between(0, rank), rank);
    return maybe() ? input(full).input(other) : input(other).input(full);
  }

  void check(String op) {
    check(op, 1, ConvForms.usual());
  }

  /** Makes {@code outputs} outputs and looks at the first one alone. */
  void checkFirst(String op, int outputs) {
    List<String> made = IntStream.range(0, outputs).mapToObj(i -> "y" + i).toList();
    check(List.of(node(op, made)), List.of("y0"), ConvForms.usual());
  }

  void check(String op, int outputs, ConvForms forms) {
    List<String> made = IntStream.range(0, outputs).mapToObj(i -> "y" + i).toList();
    check(List.of(node(op, made)), made, forms);
  }

  private Node node(String op, List<String> made) {
    Node node = Node.of(op, "", taken, made);
    for (Map.Entry<String, Attribute> attribute : attributes.entrySet()) {
      node = node.with(attribute.getKey(), attribute.getValue());
    }
    return node;
  }

  void check(List<Node> nodes, List<String> outputs, ConvForms forms) {
    Graph graph =
        new Graph(
            "case",
            inputs.entrySet().stream()
                .map(input ->
                    ValueInfo.of(input.getKey(), input.getValue().type(), input.getValue().dims()))
                .toList(),
            outputs.stream().map(name -> new ValueInfo(name, null, Bytes.EMPTY)).toList(),
            List.of(),
            constants,
            nodes,
            Bytes.EMPTY);
    Model model = Model.of(9, opset, graph);
    new GradientCheck(model, forms, seed, step).require(inputs);
  }
}
