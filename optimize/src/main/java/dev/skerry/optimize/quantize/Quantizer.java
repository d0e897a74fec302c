package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
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
  private final Map<String, Scale> scales = new HashMap<>();

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
      String raw = result + "_raw";
      nodes.add(integer.withOutputs(List.of(raw)));
      addPair(raw, result, result);
    } else {
      nodes.add(integer.withOutputs(List.of(result)));
    }
  }

  /** {@code from} → Q → DQ → {@code to}, on the grid of {@code value}. */
  private void addPair(String from, String value, String to) {
    Scale scale = scale(value);
    String grid = placement.gridOf(value);
    String step = grid + "_scale";
    String zero = grid + "_zero_point";
    constants.putIfAbsent(step, Tensor.scalar(scale.step()));
    constants.putIfAbsent(
        zero, Tensor.ofBytes(scale.type().storage(), new long[0], (byte) scale.zeroPoint()));
    String integers = value + "_q";
    nodes.add(
        Node.of("QuantizeLinear", value + "_q", List.of(from, step, zero), List.of(integers)));
    nodes.add(
        Node.of("DequantizeLinear", value + "_dq", List.of(integers, step, zero), List.of(to)));
  }

  private Scale scale(String value) {
    String grid = placement.gridOf(value);
    return scales.computeIfAbsent(grid, _ -> calibration.scale(grid, limit(grid)));
  }

  private double limit(String value) {
    return index
        .producer(value)
        .filter(placement.absorbed()::contains)
        .flatMap(activation -> Operators.absorbableLimit(activation, index))
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static String dequantized(String value) {
    return value + "_dq";
  }

  private Node withIntegerWeights(Node node, Node integer) {
    Tensor weight = Operators.weight(node, index).orElseThrow();
    float inputStep = scale(node.input(0)).step();
    Optional<float[]> bias = bias(node);
    QuantizedWeight quantized =
        QuantizedWeight.of(
            weight, Operators.channelAxis(node), weightType, leastSteps(bias, inputStep));
    String name = node.output(0) + "_weight";
    constants.put(name + "_q", quantized.integers());
    String weights =
        addConstantDequantize(name, quantized.steps(), DataType.INT8, quantized.channelAxis());
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
    String name = node.output(0) + "_bias";
    constants.put(name + "_q", Tensor.ofInts(new long[] {bias.length}, integers));
    return addConstantDequantize(name, steps, DataType.INT32, 0);
  }

  private String addConstantDequantize(String name, float[] steps, DataType type, int axis) {
    long[] dims = {steps.length};
    constants.put(name + "_scale", Tensor.ofFloats(dims, steps));
    List<String> inputs = new ArrayList<>(List.of(name + "_q", name + "_scale"));
    if (type == DataType.INT8) {
      constants.put(name + "_zero_point", Tensor.ofBytes(type, dims, new byte[steps.length]));
      inputs.add(name + "_zero_point");
    }
    Node dequantize =
        Node.of("DequantizeLinear", name + "_dq", inputs, List.of(name + "_dq"))
            .with("axis", Attribute.of(axis));
    nodes.add(dequantize);
    return dequantize.output(0);
  }
}
