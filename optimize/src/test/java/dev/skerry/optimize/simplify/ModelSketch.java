package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Small models for tests, written down node by node. Constants get seeded random contents. */
public final class ModelSketch {
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final SequencedMap<String, Tensor> initializers = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final RandomGenerator random = new SplittableRandom(7);
  private final long opset;

  private ModelSketch(long opset) {
    this.opset = opset;
  }

  public static ModelSketch opset(long opset) {
    return new ModelSketch(opset);
  }

  /** A FLOAT input; a dimension is a number, or a name for a free axis. */
  public ModelSketch input(String name, Object... dims) {
    return input(DataType.FLOAT, name, dims);
  }

  public ModelSketch input(DataType type, String name, Object... dims) {
    List<Dimension> shape =
        Arrays.stream(dims)
            .<Dimension>map(dim ->
                dim instanceof Integer size
                    ? new Dimension.Fixed(size)
                    : new Dimension.Symbol((String) dim))
            .toList();
    inputs.add(ValueInfo.of(name, new Type.Tensor(type, shape)));
    return this;
  }

  public ModelSketch constant(String name, Tensor value) {
    initializers.put(name, value);
    return this;
  }

  public ModelSketch longs(String name, long... values) {
    return constant(name, Tensor.vector(values));
  }

  /** FLOAT numbers from -1 to 1. */
  public ModelSketch weights(String name, long... dims) {
    return constant(name, filled(dims, -1));
  }

  /** FLOAT numbers from 0.5 to 1.5, fit to be variances. */
  public ModelSketch positive(String name, long... dims) {
    return constant(name, filled(dims, 0.5f));
  }

  private Tensor filled(long[] dims, float from) {
    float[] data = new float[(int) Tensor.elementCount(dims)];
    for (int i = 0; i < data.length; i++) {
      data[i] = from + random.nextFloat() * (from < 0 ? 2 : 1);
    }
    return Tensor.ofFloats(dims, data);
  }

  /** A node on space-separated inputs; {@code -} leaves an optional one out. */
  public ModelSketch node(String op, String in, String out) {
    nodes.add(Node.of(op, op + "_" + out, names(in), names(out)));
    return this;
  }

  private static List<String> names(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(" ")).map(name -> name.equals("-") ? "" : name).toList();
  }

  /** An attribute of the node written last. */
  public ModelSketch with(String key, Attribute value) {
    nodes.add(nodes.removeLast().with(key, value));
    return this;
  }

  public ModelSketch with(String key, long value) {
    return with(key, Attribute.of(value));
  }

  public ModelSketch with(String key, float value) {
    return with(key, Attribute.of(value));
  }

  public ModelSketch with(String key, String value) {
    return with(key, Attribute.of(value));
  }

  public ModelSketch ints(String key, long... values) {
    return with(key, Attribute.Ints.of(values));
  }

  /** BatchNormalization with random parameters for {@code channels}. */
  public ModelSketch batchNorm(String in, String out, long channels) {
    return weights(out + ".scale", channels)
        .weights(out + ".shift", channels)
        .weights(out + ".mean", channels)
        .positive(out + ".var", channels)
        .node(
            "BatchNormalization",
            "%s %s.scale %s.shift %s.mean %s.var".formatted(in, out, out, out, out),
            out);
  }

  public ModelSketch output(String... names) {
    for (String name : names) {
      outputs.add(new ValueInfo(name, null, Bytes.EMPTY));
    }
    return this;
  }

  /** The sketch as a graph for an attribute, such as the branch of an If. */
  Graph graph() {
    return new Graph("sketch", inputs, outputs, List.of(), initializers, nodes, Bytes.EMPTY);
  }

  public Model model() {
    return Model.of(8, opset, graph());
  }
}
