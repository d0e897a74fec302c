package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.FreshNames;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A float graph computed in half precision, with 32-bit inputs and outputs.
 *
 * <p>Float inputs are narrowed and float outputs widened by a Cast; initializers are rounded, those
 * beyond ±65,504 saturated.
 */
public final class HalfPrecision {
  /** The largest finite number of half precision. */
  static final float LARGEST = 65_504;

  /** Inputs that stay 32-bit by the operators' definitions: scales, regions, thresholds. */
  private static final Map<String, Set<Integer>> FLOAT_INPUTS =
      Map.of(
          "Resize", Set.of(1, 2), "Upsample", Set.of(1), "NonMaxSuppression", Set.of(0, 1, 3, 4));

  /** Operators whose float side the standard defines in 32 bits only. */
  private static final Set<String> ONLY_FLOAT =
      Set.of(
          "BlackmanWindow",
          "DynamicQuantizeLinear",
          "EyeLike",
          "HammingWindow",
          "HannWindow",
          "IsInf",
          "MelWeightMatrix",
          "RandomNormal",
          "RandomUniform",
          "Range",
          "TfIdfVectorizer");

  private final Graph graph;
  private final FreshNames names;

  /** Inputs and initializers that stay in 32 bits under their own name. */
  private final Set<String> wide = new HashSet<>();

  /** The half-precision forms of values whose own name is that of the 32-bit form. */
  private final Map<String, String> narrow = new HashMap<>();

  private final List<Node> nodes = new ArrayList<>();

  private HalfPrecision(Graph graph) {
    this.graph = graph;
    this.names = new FreshNames(graph);
  }

  /** Why {@code model} cannot be converted; empty when it can. */
  public static Optional<String> refuses(Model model) {
    for (Node node : model.graph().nodes()) {
      if (!node.subgraphs().isEmpty()) {
        return Optional.of(node.label() + " holds graphs, whose types would have to be followed");
      }
      if (node.is("QuantizeLinear") || node.is("DequantizeLinear")) {
        return Optional.of("the model is quantized already: " + node.label());
      }
      if (node.domain().isEmpty() && ONLY_FLOAT.contains(node.op())) {
        return Optional.of(node.label() + " is defined in 32 bits only");
      }
      if (!node.domain().isEmpty() && !node.domain().equals("com.microsoft")) {
        return Optional.of(node.label() + " is no standard operator, so its types are unknown");
      }
    }
    return Optional.empty();
  }

  /** The half-precision form of a model that {@link #refuses} has nothing against. */
  public static Model convert(Model model) {
    return model.withGraph(new HalfPrecision(model.graph()).convert());
  }

  private Graph convert() {
    for (ValueInfo input : graph.inputs()) {
      if (isFloat(input)) {
        String half = names.fresh(input.name() + "_half");
        nodes.add(cast(half, input.name(), half, DataType.FLOAT16));
        narrow.put(input.name(), half);
        wide.add(input.name());
      }
    }
    SequencedMap<String, Tensor> constants = constants();
    List<Node> widening = new ArrayList<>();
    GraphIndex index = new GraphIndex(graph);
    for (ValueInfo output : graph.outputs()) {
      if (isFloat(output) && index.producer(output.name()).isPresent()) {
        String half = names.fresh(output.name() + "_half");
        String name = names.fresh(output.name() + "_widen");
        widening.add(cast(name, half, output.name(), DataType.FLOAT));
        narrow.put(output.name(), half);
      }
    }
    for (Node node : graph.nodes()) {
      addConverted(node);
    }
    nodes.addAll(widening);
    return graph.withNodes(nodes).withInitializers(constants).withValues(List.of());
  }

  /** Initializers in half precision; those that are also needed in 32 bits in both. */
  private SequencedMap<String, Tensor> constants() {
    Set<String> needed = new HashSet<>(graph.outputNames());
    graph.nodes().forEach(node -> floatInputs(node).forEach(i -> needed.add(node.input(i))));
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    graph
        .initializers()
        .forEach((name, tensor) -> {
          if (wide.contains(name)) {
            constants.put(name, tensor);
          } else if (tensor.type() == DataType.FLOAT && needed.contains(name)) {
            String half = names.fresh(name + "_half");
            constants.put(name, tensor);
            constants.put(half, narrowed(tensor));
            wide.add(name);
            narrow.put(name, half);
          } else {
            constants.put(name, narrowed(tensor));
          }
        });
    return constants;
  }

  private static boolean isFloat(ValueInfo value) {
    return value.type() instanceof Type.Tensor(DataType element, _) && element == DataType.FLOAT;
  }

  private static Set<Integer> floatInputs(Node node) {
    return node.domain().isEmpty() ? FLOAT_INPUTS.getOrDefault(node.op(), Set.of()) : Set.of();
  }

  private static Node cast(String name, String from, String to, DataType type) {
    return Node.of("Cast", name, List.of(from), List.of(to)).with("to", Attribute.of(type.code()));
  }

  private void addConverted(Node node) {
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      String value = node.input(i);
      boolean inFloat = floatInputs(node).contains(i) && !value.isEmpty();
      inputs.add(inFloat ? widened(value) : narrow.getOrDefault(value, value));
    }
    List<String> outputs = node.outputs().stream().map(v -> narrow.getOrDefault(v, v)).toList();
    nodes.add(retyped(node.withInputs(inputs).withOutputs(outputs)));
  }

  /** The 32-bit form of {@code value}. */
  private String widened(String value) {
    if (wide.contains(value)) {
      return value;
    }
    String result = names.fresh(value + "_wide");
    nodes.add(cast(result, narrow.getOrDefault(value, value), result, DataType.FLOAT));
    return result;
  }

  /** The node with the 32-bit floats that its attributes speak of narrowed. */
  private static Node retyped(Node node) {
    if (node.is("Cast") && node.intAttribute("to", 0) == DataType.FLOAT.code()) {
      return node.with("to", Attribute.of(DataType.FLOAT16.code()));
    }
    Optional<Tensor> constant = GraphIndex.constantOf(node);
    if (constant.isPresent() && constant.get().type() == DataType.FLOAT) {
      String only = node.attributes().firstEntry().getKey();
      return node.without(only).with("value", new Attribute.TensorValue(narrowed(constant.get())));
    }
    if (node.is("ConstantOfShape")) {
      Tensor value =
          node.attributes().get("value") instanceof Attribute.TensorValue(Tensor given)
              ? given
              : Tensor.ofFloats(new long[] {1}, 0f);
      return node.with("value", new Attribute.TensorValue(narrowed(value)));
    }
    return node;
  }

  static Tensor narrowed(Tensor tensor) {
    if (tensor.type() != DataType.FLOAT) {
      return tensor;
    }
    float[] values = tensor.toFloats();
    byte[] halves = new byte[values.length * 2];
    for (int i = 0; i < values.length; i++) {
      short half = Float.floatToFloat16(Math.clamp(values[i], -LARGEST, LARGEST));
      halves[2 * i] = (byte) half;
      halves[2 * i + 1] = (byte) (half >> 8);
    }
    return Tensor.ofBytes(DataType.FLOAT16, tensor.dims(), halves);
  }
}
