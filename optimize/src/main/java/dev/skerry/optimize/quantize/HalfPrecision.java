package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
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
  private static final float LARGEST = 65_504;

  /** Inputs that stay 32-bit by the operators' definitions: scales, regions, thresholds. */
  private static final Map<String, Set<Integer>> FLOAT_INPUTS =
      Map.of(
          "Resize", Set.of(1, 2), "Upsample", Set.of(1), "NonMaxSuppression", Set.of(0, 1, 3, 4));

  private HalfPrecision() {}

  /** Why {@code model} cannot be converted; empty when it can. */
  public static Optional<String> refuses(Model model) {
    for (Node node : model.graph().nodes()) {
      if (!node.subgraphs().isEmpty()) {
        return Optional.of(node.label() + " holds graphs, whose types would have to be followed");
      }
      if (node.is("QuantizeLinear") || node.is("DequantizeLinear")) {
        return Optional.of("the model is quantized already: " + node.label());
      }
    }
    return Optional.empty();
  }

  /** The half-precision form of a model that {@link #refuses} has nothing against. */
  public static Model convert(Model model) {
    Graph graph = model.graph();
    Set<String> keptFloat = keptFloat(graph);
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    graph
        .initializers()
        .forEach((name, t) -> constants.put(name, keptFloat.contains(name) ? t : narrowed(t)));
    List<Node> nodes = new ArrayList<>();
    Map<String, String> renamed = new HashMap<>();
    for (ValueInfo input : graph.inputs()) {
      if (isFloat(input) && !keptFloat.contains(input.name())) {
        String narrow = input.name() + "_half";
        nodes.add(cast(input.name(), narrow, DataType.FLOAT16));
        renamed.put(input.name(), narrow);
      }
    }
    List<Node> widening = new ArrayList<>();
    for (ValueInfo output : graph.outputs()) {
      if (isFloat(output)) {
        String narrow = output.name() + "_half_out";
        widening.add(cast(narrow, output.name(), DataType.FLOAT));
        renamed.put(output.name(), narrow);
      }
    }
    for (Node node : graph.nodes()) {
      nodes.add(converted(node, renamed));
    }
    nodes.addAll(widening);
    return model.withGraph(
        graph.withNodes(nodes).withInitializers(constants).withValues(List.of()));
  }

  private static boolean isFloat(ValueInfo value) {
    return value.type() instanceof Type.Tensor(DataType element, _) && element == DataType.FLOAT;
  }

  private static Set<String> keptFloat(Graph graph) {
    Set<String> kept = new HashSet<>();
    for (Node node : graph.nodes()) {
      for (int input : FLOAT_INPUTS.getOrDefault(node.op(), Set.of())) {
        kept.add(node.input(input));
      }
    }
    return kept;
  }

  private static Node cast(String from, String to, DataType type) {
    return Node.of("Cast", to, List.of(from), List.of(to)).with("to", Attribute.of(type.code()));
  }

  private static Node converted(Node node, Map<String, String> renamed) {
    List<String> inputs = node.inputs().stream().map(v -> renamed.getOrDefault(v, v)).toList();
    List<String> outputs = node.outputs().stream().map(v -> renamed.getOrDefault(v, v)).toList();
    Node changed = node.withInputs(inputs).withOutputs(outputs);
    if (node.is("Cast") && node.intAttribute("to", 0) == DataType.FLOAT.code()) {
      return changed.with("to", Attribute.of(DataType.FLOAT16.code()));
    }
    Optional<Tensor> constant = GraphIndex.constantOf(node);
    if (constant.isPresent() && constant.get().type() == DataType.FLOAT) {
      String only = node.attributes().firstEntry().getKey();
      return changed
          .without(only)
          .with("value", new Attribute.TensorValue(narrowed(constant.get())));
    }
    if (node.is("ConstantOfShape")
        && node.attributes().get("value") instanceof Attribute.TensorValue(Tensor value)) {
      return changed.with("value", new Attribute.TensorValue(narrowed(value)));
    }
    return changed;
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
