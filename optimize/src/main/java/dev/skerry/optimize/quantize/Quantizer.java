package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Writes a float graph as static int8 in QDQ form: activations per tensor, weights per channel,
 * biases int32 (ONNX QuantizeLinear and DequantizeLinear, opset 13).
 *
 * <p>A value that an integer kernel gives keeps its name behind its DequantizeLinear, so nothing
 * that takes it has to change; a float value that a kernel takes goes through a pair of its own.
 */
public final class Quantizer {
  /** Biases use at most this share of int32, which leaves room for the sum of products. */
  private static final double LARGEST_BIAS = 1 << 30;

  private final Model model;
  private final GraphIndex index;
  private final Placement placement;
  private final Calibration calibration;
  private final IntegerType weightType;
  private final Map<String, float[]> biasCorrections;
  private final SequencedMap<String, Tensor> constants;
  private final List<Node> nodes = new ArrayList<>();
  private final FreshNames names;
  private final Map<String, Grid> grids = new HashMap<>();
  private final Map<String, String> dequantized = new HashMap<>();

  /** A scale with the names of the two constants that hold it. */
  private record Grid(Scale scale, String step, String zeroPoint) {}

  private Quantizer(
      Model model,
      Placement placement,
      Calibration calibration,
      IntegerType weightType,
      Map<String, float[]> biasCorrections) {
    this.model = model;
    this.index = new GraphIndex(model.graph());
    this.placement = placement;
    this.calibration = calibration;
    this.weightType = weightType;
    this.biasCorrections = biasCorrections;
    this.constants = new LinkedHashMap<>(model.graph().initializers());
    this.names = new FreshNames(model.graph());
  }

  /**
   * The model with every node that {@code placement} says running on integers.
   *
   * @param model opset 13 or later, simplified: no BatchNorm behind a Conv, initializers not inputs
   * @param biasCorrections what to add to the bias of weighted nodes, per output channel, by the
   *     name of the node's first output
   */
  public static Model quantize(
      Model model,
      Placement placement,
      Calibration calibration,
      IntegerType weightType,
      Map<String, float[]> biasCorrections) {
    if (model.opset() < 13) {
      throw new IllegalArgumentException("needs opset 13, not " + model.opset());
    }
    return new Quantizer(model, placement, calibration, weightType, biasCorrections).build();
  }

  private Model build() {
    Graph graph = model.graph();
    Set<String> quantized = new HashSet<>(placement.quantizedValues());
    for (ValueInfo input : graph.inputs()) {
      if (quantized.contains(input.name())) {
        addPair(input.name(), input.name(), dequantized(input.name()));
      }
    }
    Set<Node> absorbed = placement.absorbed();
    for (Node node : graph.nodes()) {
      if (absorbed.contains(node)) {
        continue;
      }
      if (placement.isInteger(node)) {
        addInteger(node);
      } else {
        nodes.add(node);
        node.outputs().stream()
            .filter(quantized::contains)
            .forEach(value -> addPair(value, value, dequantized(value)));
      }
    }
    return model.withGraph(withoutUnused(graph.withNodes(nodes)));
  }

  private Graph withoutUnused(Graph graph) {
    Set<String> used = new HashSet<>(graph.outputNames());
    graph.nodes().forEach(node -> used.addAll(GraphIndex.uses(node)));
    constants.keySet().retainAll(used);
    Set<String> made = new HashSet<>();
    graph.nodes().forEach(node -> made.addAll(node.outputs()));
    List<ValueInfo> values =
        graph.values().stream().filter(value -> made.contains(value.name())).toList();
    return graph.withInitializers(constants).withValues(values);
  }

  private void addInteger(Node node) {
    String result = placement.result(node);
    List<String> inputs = new ArrayList<>(node.inputs());
    for (String activation : Operators.activations(node)) {
      if (!placement.isIntegerResult(activation)) {
        inputs.replaceAll(input -> input.equals(activation) ? dequantized(activation) : input);
      }
    }
    Node integer = node.withInputs(inputs);
    if (Operators.isWeighted(node, index)) {
      integer = withIntegerWeights(node, integer);
    }
    if (placement.hasIntegerOutput(node)) {
      String raw = names.fresh(result + "_raw");
      nodes.add(integer.withOutputs(List.of(raw)));
      addPair(raw, result, result);
    } else {
      nodes.add(integer.withOutputs(List.of(result)));
    }
  }

  /** {@code from} → Q → DQ → {@code to}, on the grid of {@code value}. */
  private void addPair(String from, String value, String to) {
    Grid grid = grid(value);
    String integers = names.fresh(value + "_q");
    String back = to.equals(value) ? names.fresh(value + "_dq") : to;
    nodes.add(
        Node.of(
            "QuantizeLinear",
            integers,
            List.of(from, grid.step(), grid.zeroPoint()),
            List.of(integers)));
    nodes.add(
        Node.of(
            "DequantizeLinear",
            back,
            List.of(integers, grid.step(), grid.zeroPoint()),
            List.of(to)));
  }

  private Grid grid(String value) {
    return grids.computeIfAbsent(placement.gridOf(value), this::addGrid);
  }

  private Grid addGrid(String value) {
    Scale scale = calibration.scale(value, limit(value));
    Tensor zero = Tensor.ofBytes(scale.type().storage(), new long[0], (byte) scale.zeroPoint());
    return new Grid(
        scale,
        addConstant(value + "_scale", Tensor.scalar(scale.step())),
        addConstant(value + "_zero_point", zero));
  }

  private double limit(String value) {
    return index
        .producer(value)
        .filter(placement.absorbed()::contains)
        .flatMap(activation -> Operators.absorbableLimit(activation, index))
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** The name of what a float {@code value} is behind its pair. */
  private String dequantized(String value) {
    return dequantized.computeIfAbsent(value, _ -> names.fresh(value + "_dq"));
  }

  private Node withIntegerWeights(Node node, Node integer) {
    Tensor weight = Operators.weight(node, index).orElseThrow();
    float inputStep = grid(node.input(0)).scale().step();
    Optional<float[]> bias = bias(node);
    QuantizedWeight quantized =
        QuantizedWeight.of(
            weight, Operators.channelAxis(node), weightType, leastSteps(bias, inputStep));
    String weights =
        addConstantDequantize(
            node.output(0) + "_weight",
            quantized.integers(),
            quantized.steps(),
            quantized.channelAxis());
    Node changed = integer.withInput(1, weights);
    return bias.isPresent()
        ? changed.withInput(2, integerBias(node, bias.get(), quantized.steps(), inputStep))
        : changed;
  }

  /**
   * The steps below which a channel's bias would not fit into int32 at scale input step * weight
   * step. Such a channel's weights are so small beside its bias that a coarser grid cannot be seen:
   * at the bound their whole sum of products is below 2^-14 of the bias per input.
   */
  private static float[] leastSteps(Optional<float[]> bias, float inputStep) {
    if (bias.isEmpty()) {
      return new float[0];
    }
    float[] least = bias.get().clone();
    for (int i = 0; i < least.length; i++) {
      least[i] = (float) (Math.abs(least[i]) / (LARGEST_BIAS * inputStep));
    }
    return least;
  }

  /**
   * The bias of {@code node} with its correction; empty when it has neither, or cannot have one.
   */
  private Optional<float[]> bias(Node node) {
    if (node.is("MatMul")) {
      return Optional.empty();
    }
    float[] correction = biasCorrections.get(node.output(0));
    Optional<float[]> given =
        node.hasInput(2) ? index.constant(node.input(2)).map(Tensor::toFloats) : Optional.empty();
    if (correction == null) {
      return given.map(bias -> expanded(bias, channels(node)));
    }
    float[] bias =
        given.map(b -> expanded(b, correction.length)).orElse(new float[correction.length]);
    for (int i = 0; i < bias.length; i++) {
      bias[i] += correction[i];
    }
    return Optional.of(bias);
  }

  private int channels(Node node) {
    Tensor weight = Operators.weight(node, index).orElseThrow();
    return Math.toIntExact(weight.dim(Operators.channelAxis(node)));
  }

  /** Gemm allows one bias for all channels. */
  private static float[] expanded(float[] bias, int channels) {
    if (bias.length == channels) {
      return bias.clone();
    }
    float[] expanded = new float[channels];
    Arrays.fill(expanded, bias[0]);
    return expanded;
  }

  private String integerBias(Node node, float[] bias, float[] weightSteps, float inputStep) {
    int[] integers = new int[bias.length];
    float[] steps = new float[bias.length];
    for (int i = 0; i < bias.length; i++) {
      steps[i] = inputStep * weightSteps[i];
      integers[i] = (int) Math.rint(bias[i] / steps[i]);
    }
    Tensor tensor = Tensor.ofInts(new long[] {bias.length}, integers);
    return addConstantDequantize(node.output(0) + "_bias", tensor, steps, 0);
  }

  private String addConstantDequantize(String name, Tensor integers, float[] steps, int axis) {
    long[] dims = {steps.length};
    List<String> inputs = new ArrayList<>();
    inputs.add(addConstant(name + "_q", integers));
    inputs.add(addConstant(name + "_scale", Tensor.ofFloats(dims, steps)));
    if (integers.type() == DataType.INT8) {
      Tensor zeros = Tensor.ofBytes(DataType.INT8, dims, new byte[steps.length]);
      inputs.add(addConstant(name + "_zero_point", zeros));
    }
    String output = names.fresh(name + "_dq");
    nodes.add(
        Node.of("DequantizeLinear", output, inputs, List.of(output))
            .with("axis", Attribute.of(axis)));
    return output;
  }

  private String addConstant(String wanted, Tensor value) {
    String name = names.fresh(wanted);
    constants.put(name, value);
    return name;
  }
}
