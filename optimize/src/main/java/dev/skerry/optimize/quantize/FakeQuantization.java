package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A quantized graph in the form in which it trains: weights and biases are float constants, and
 * weights are clipped, rounded and made real again on the way to their operators. What was trained
 * goes back into the graph that {@link Quantizer} wrote, so that what is deployed computes what was
 * trained.
 *
 * <p>In the training form a weight goes through Max, Min, QuantizeLinear and DequantizeLinear. The
 * bounds follow its steps, so that gradients reach steps as in Esser et al., Learned Step Size
 * Quantization, ICLR 2020.
 */
public final class FakeQuantization {
  private final Model quantized;
  private final SequencedMap<String, Tensor> constants;
  private final FreshNames names;
  private final List<Node> nodes = new ArrayList<>();
  private final Set<Node> replaced = new HashSet<>();
  private final List<Layer> layers = new ArrayList<>();

  /**
   * An operator with weights: the constants of its training form, and those of the quantized graph
   * that follow from them.
   *
   * @param steps of the weights; a constant of both graphs
   * @param inputStep of what the operator takes; a constant of both graphs
   * @param bias empty where there is none
   */
  private record Layer(
      IntegerType type,
      int channelAxis,
      String weight,
      String integers,
      String steps,
      String inputStep,
      String bias,
      String biasIntegers,
      String biasSteps) {}

  private FakeQuantization(Model quantized) {
    this.quantized = quantized;
    this.constants = new LinkedHashMap<>(quantized.graph().initializers());
    this.names = new FreshNames(quantized.graph());
  }

  /**
   * The training form of {@code base} with what {@code placement} says on integers.
   *
   * @param base as {@link Quantizer#quantize} takes it
   * @param weights the grid of the first and the last operator with weights
   * @param inner the grid of those between
   */
  public static FakeQuantization of(
      Model base,
      Placement placement,
      Calibration calibration,
      IntegerType weights,
      IntegerType inner) {
    Model quantized = Quantizer.quantize(base, placement, calibration, weights, Map.of());
    FakeQuantization made = new FakeQuantization(quantized);
    made.build(new GraphIndex(base.graph()), placement.weighted(), weights, inner);
    return made;
  }

  private void build(GraphIndex base, List<Node> weighted, IntegerType weights, IntegerType inner) {
    GraphIndex index = new GraphIndex(quantized.graph());
    for (Node node : quantized.graph().nodes()) {
      if (!takesIntegerWeights(node, index)) {
        nodes.add(node);
        continue;
      }
      int place = layers.size(); // the quantizer keeps the order of operators
      boolean atAnEnd = place == 0 || place == weighted.size() - 1;
      addLayer(node, index, weighted.get(place), base, atAnEnd ? weights : inner);
    }
    nodes.removeAll(replaced);
    Set<String> used = new HashSet<>(quantized.graph().outputNames());
    nodes.forEach(node -> used.addAll(GraphIndex.uses(node)));
    constants.keySet().retainAll(used);
  }

  private static boolean takesIntegerWeights(Node node, GraphIndex index) {
    return (node.is("Conv") || node.is("Gemm") || node.is("MatMul"))
        && index
            .producer(node.input(1))
            .filter(producer -> producer.is("DequantizeLinear"))
            .flatMap(producer -> index.constant(producer.input(0)))
            .isPresent();
  }

  private void addLayer(
      Node node, GraphIndex index, Node original, GraphIndex base, IntegerType type) {
    Node dequantize = index.producer(node.input(1)).orElseThrow();
    String steps = dequantize.input(1);
    int axis = Operators.channelAxis(original);
    replaced.add(dequantize);
    Tensor weight = Operators.weight(original, base).orElseThrow();
    if (type.highest() < IntegerType.INT7_SYMMETRIC.highest()) {
      float[] coarse = QuantizedWeight.of(weight, axis, type, new float[0]).steps();
      constants.put(steps, Tensor.ofFloats(new long[] {coarse.length}, coarse));
    }
    String learned = addConstant(original.input(1), weight);
    String back = rounded(learned, dequantize, weight, axis, type);
    Node trained = node.withInput(1, back);
    String bias = "";
    Node biasDequantize = dequantize;
    if (node.hasInput(2)) {
      biasDequantize = index.producer(node.input(2)).orElseThrow();
      replaced.add(biasDequantize);
      bias =
          addConstant(
              original.hasInput(2) ? original.input(2) : node.input(2), real(biasDequantize));
      trained = trained.withInput(2, bias);
    }
    nodes.add(trained);
    layers.add(
        new Layer(
            type,
            axis,
            learned,
            dequantize.input(0),
            steps,
            index.producer(node.input(0)).orElseThrow().input(1),
            bias,
            biasDequantize.input(0),
            biasDequantize.input(1)));
  }

  /** {@code weight} clipped to the grid, rounded and real again. */
  private String rounded(String weight, Node dequantize, Tensor like, int axis, IntegerType type) {
    long[] aligned = new long[like.rank()];
    Arrays.fill(aligned, 1);
    aligned[axis] = like.dim(axis);
    String shape = addConstant(weight + "_steps_shape", Tensor.vector(aligned));
    String steps = add("Reshape", weight + "_steps", dequantize.input(1), shape);
    String highest = addConstant(weight + "_highest", Tensor.scalar((float) type.highest()));
    String above = add("Mul", weight + "_above", steps, highest);
    String below = add("Neg", weight + "_below", above);
    String clipped =
        add("Min", weight + "_clipped", add("Max", weight + "_bounded", weight, below), above);
    String integers = names.fresh(weight + "_rounded");
    nodes.add(
        Node.of(
                "QuantizeLinear",
                integers,
                List.of(clipped, dequantize.input(1), dequantize.input(2)),
                List.of(integers))
            .with("axis", Attribute.of(axis)));
    nodes.add(dequantize.withInputs(List.of(integers, dequantize.input(1), dequantize.input(2))));
    return dequantize.output(0);
  }

  private String add(String op, String wanted, String... inputs) {
    String output = names.fresh(wanted);
    nodes.add(Node.of(op, output, Arrays.asList(inputs), List.of(output)));
    return output;
  }

  private String addConstant(String wanted, Tensor value) {
    String name = names.fresh(wanted);
    constants.put(name, value);
    return name;
  }

  /** The bias that a DequantizeLinear of constants gives. */
  private Tensor real(Node dequantize) {
    Tensor integers = constant(constants, dequantize.input(0));
    float[] steps = constant(constants, dequantize.input(1)).toFloats();
    float[] real = new float[steps.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = (float) (integers.asDouble(i) * steps[i]);
    }
    return Tensor.ofFloats(integers.dims(), real);
  }

  /** The model that trains; its constants are what is learned. */
  public Model training() {
    Graph graph = quantized.graph();
    return quantized.withGraph(
        graph.withNodes(nodes).withInitializers(constants).withValues(List.of()));
  }

  /**
   * The quantized model that computes what {@code trained} computes.
   *
   * @param trained {@link #training()} with other contents of its constants
   */
  public Model quantized(Model trained) {
    Map<String, Tensor> learned = trained.graph().initializers();
    SequencedMap<String, Tensor> written = new LinkedHashMap<>(quantized.graph().initializers());
    written.replaceAll((name, tensor) -> learned.getOrDefault(name, tensor));
    for (Layer layer : layers) {
      float[] steps = constant(learned, layer.steps()).toFloats();
      QuantizedWeight weight =
          QuantizedWeight.rounded(
              constant(learned, layer.weight()), layer.channelAxis(), layer.type(), steps);
      written.put(layer.integers(), weight.integers());
      if (!layer.bias().isEmpty()) {
        writeBias(layer, learned, steps, written);
      }
    }
    return quantized.withGraph(quantized.graph().withInitializers(written));
  }

  private static void writeBias(
      Layer layer, Map<String, Tensor> learned, float[] weightSteps, Map<String, Tensor> written) {
    float inputStep = (float) constant(learned, layer.inputStep()).asDouble(0);
    float[] bias = constant(learned, layer.bias()).toFloats();
    int[] integers = new int[bias.length];
    float[] steps = new float[bias.length];
    for (int i = 0; i < bias.length; i++) {
      steps[i] = inputStep * weightSteps[i];
      integers[i] = (int) Math.rint(bias[i] / steps[i]); // saturates
    }
    long[] dims = {bias.length};
    written.put(layer.biasIntegers(), Tensor.ofInts(dims, integers));
    written.put(layer.biasSteps(), Tensor.ofFloats(dims, steps));
  }

  private static Tensor constant(Map<String, Tensor> constants, String name) {
    Tensor constant = constants.get(name);
    if (constant == null) {
      throw new IllegalArgumentException("there is no constant '" + name + "'");
    }
    return constant;
  }
}
