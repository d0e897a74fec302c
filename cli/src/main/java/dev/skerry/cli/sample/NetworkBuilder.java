package dev.skerry.cli.sample;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A network that grows by one layer at a time, each taking what the one before it made. Signals are
 * [N, channels, time] with N free.
 */
final class NetworkBuilder {
  private static final long IR_VERSION = 8;
  private static final long OPSET = 17;

  private final String name;
  private final ValueInfo input;
  private final SequencedMap<String, Tensor> initializers = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private String last;

  /** A network over one input [N, length]. */
  NetworkBuilder(String name, String input, long length) {
    this.name = name;
    this.input = batched(input, length);
    this.last = input;
  }

  /** [N, length] to [N, 1, length]. */
  void addChannelAxis() {
    add("Unsqueeze", "channel", new LinkedHashMap<>(), constant("channel.axis", Tensor.vector(1)));
  }

  /**
   * A convolution over time without bias.
   *
   * @param weights [channels made, channels taken, kernel]
   */
  void convolution(String layer, Tensor weights, int stride, int padding) {
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", Attribute.Ints.of(weights.dim(2)));
    attributes.put("strides", Attribute.Ints.of(stride));
    attributes.put("pads", Attribute.Ints.of(padding, padding));
    add("Conv", layer, attributes, constant(layer + ".weight", weights));
  }

  /** scale · (x − mean) / √variance + shift, by channel. */
  void normalization(String layer, float[] shift, float[] mean, float[] variance) {
    float[] scale = new float[shift.length];
    java.util.Arrays.fill(scale, 1);
    add(
        "BatchNormalization",
        layer,
        new LinkedHashMap<>(),
        constant(layer + ".scale", vector(scale)),
        constant(layer + ".shift", vector(shift)),
        constant(layer + ".mean", vector(mean)),
        constant(layer + ".variance", vector(variance)));
  }

  void relu(String layer) {
    add("Relu", layer, new LinkedHashMap<>());
  }

  void maxPool(String layer, int width) {
    add("MaxPool", layer, windows(width));
  }

  void averagePool(String layer, int width) {
    add("AveragePool", layer, windows(width));
  }

  /** The mean over time: [N, channels, time] to [N, channels]. */
  void meanOverTime() {
    add("GlobalAveragePool", "mean", new LinkedHashMap<>());
    add("Flatten", "features", new LinkedHashMap<>());
  }

  /**
   * A dense layer.
   *
   * @param weights [features, outputs]
   * @param bias [outputs]
   */
  void dense(String layer, Tensor weights, float... bias) {
    add(
        "Gemm",
        layer,
        new LinkedHashMap<>(),
        constant(layer + ".weight", weights),
        constant(layer + ".bias", vector(bias)));
  }

  void softmax(String output) {
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("axis", Attribute.of(-1));
    add("Softmax", output, attributes);
  }

  /**
   * The network as it stands; its output is what the last layer makes.
   *
   * @param axes sizes of the output's axes after N; −1 where they do not matter
   */
  Model build(long... axes) {
    Graph graph =
        new Graph(
            name,
            List.of(input),
            List.of(batched(last, axes)),
            List.of(),
            initializers,
            nodes,
            Bytes.EMPTY);
    return Model.of(IR_VERSION, OPSET, graph);
  }

  private void add(
      String op, String layer, SequencedMap<String, Attribute> attributes, String... constants) {
    List<String> inputs = new ArrayList<>(List.of(last));
    inputs.addAll(List.of(constants));
    last = layer;
    nodes.add(new Node("/" + layer, "", op, inputs, List.of(last), attributes, Bytes.EMPTY));
  }

  private String constant(String key, Tensor value) {
    initializers.put(key, value);
    return key;
  }

  private static SequencedMap<String, Attribute> windows(int width) {
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", Attribute.Ints.of(width));
    attributes.put("strides", Attribute.Ints.of(width));
    return attributes;
  }

  private static Tensor vector(float... values) {
    return Tensor.ofFloats(new long[] {values.length}, values);
  }

  private static ValueInfo batched(String name, long... axes) {
    List<Dimension> shape = new ArrayList<>(List.of(new Dimension.Symbol("N")));
    for (long axis : axes) {
      shape.add(axis < 0 ? new Dimension.Unknown() : new Dimension.Fixed(axis));
    }
    return ValueInfo.of(name, new Type.Tensor(DataType.FLOAT, shape));
  }
}
