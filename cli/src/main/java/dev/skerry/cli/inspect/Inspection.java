package dev.skerry.cli.inspect;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.OperatorSet;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Gathers {@link ModelFacts} in one walk over a model, graphs inside nodes included. */
public final class Inspection {
  private final Model model;
  private final Map<String, Integer> operators = new TreeMap<>();
  private final Map<DataType, ModelFacts.Weights> weights = new EnumMap<>(DataType.class);
  private long parameters;
  private int subgraphs;
  private int subgraphNodes;

  private Inspection(Model model) {
    this.model = model;
  }

  /**
   * @param file as the user gave it
   */
  public static ModelFacts of(Model model, String file, long fileBytes, long externalBytes) {
    return new Inspection(model).facts(file, fileBytes, externalBytes);
  }

  private ModelFacts facts(String file, long fileBytes, long externalBytes) {
    Graph graph = model.graph();
    walk(graph);
    return new ModelFacts(
        file,
        fileBytes,
        externalBytes,
        model.irVersion(),
        opsets(),
        (model.producerName() + " " + model.producerVersion()).strip(),
        graph.name(),
        graph.inputs().stream().map(input -> value(input, graph)).toList(),
        graph.outputs().stream().map(output -> value(output, graph)).toList(),
        graph.nodes().size(),
        subgraphs,
        subgraphNodes,
        byCount(operators),
        model.functions().stream()
            .map(f -> new ModelFacts.Defined(f.domain(), f.name(), f.nodes().size()))
            .toList(),
        parameters,
        weights.values().stream()
            .sorted(Comparator.comparingLong(ModelFacts.Weights::bytes).reversed())
            .toList(),
        quantization(),
        MultiplyAddCount.of(graph),
        model.metadata());
  }

  private SequencedMap<String, Long> opsets() {
    SequencedMap<String, Long> versions = new LinkedHashMap<>();
    for (OperatorSet set : model.opsets()) {
      versions.put(set.domain().isEmpty() ? "onnx" : set.domain(), set.version());
    }
    return versions;
  }

  private void walk(Graph graph) {
    graph.initializers().values().forEach(this::weigh);
    for (Node node : graph.nodes()) {
      String operator = node.domain().isEmpty() ? node.op() : node.domain() + "." + node.op();
      operators.merge(operator, 1, Integer::sum);
      for (Attribute attribute : node.attributes().values()) {
        if (attribute instanceof Attribute.TensorValue(Tensor held)) {
          weigh(held);
        }
      }
      for (Graph inner : node.subgraphs()) {
        subgraphs++;
        subgraphNodes += inner.nodes().size();
        walk(inner);
      }
    }
  }

  private void weigh(Tensor tensor) {
    long elements = tensor.elementCount();
    weights.merge(
        tensor.type(),
        new ModelFacts.Weights(tensor.type(), 1, elements, tensor.byteSize()),
        (a, b) ->
            new ModelFacts.Weights(
                a.type(),
                a.tensors() + b.tensors(),
                a.elements() + b.elements(),
                a.bytes() + b.bytes()));
    if (elements > 1 && isParameter(tensor.type())) {
      parameters += elements;
    }
  }

  /** Whether constants of this type are weights; 64-bit integers are shapes and axes. */
  private static boolean isParameter(DataType type) {
    return switch (type) {
      case INT64, UINT64, INT32, UINT32, STRING, BOOL, COMPLEX64, COMPLEX128 -> false;
      case INT8, UINT8, INT16, UINT16, INT4, UINT4, INT2, UINT2 -> true;
      case FLOAT, FLOAT16, DOUBLE, BFLOAT16, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2 -> true;
      case FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0 -> true;
    };
  }

  private static ModelFacts.Value value(ValueInfo info, Graph graph) {
    boolean overridable = graph.initializers().containsKey(info.name());
    return switch (info.type()) {
      case null -> new ModelFacts.Value(info.name(), "?", List.of(), overridable);
      case Type.Other(String kind, _) ->
          new ModelFacts.Value(info.name(), kind, List.of(), overridable);
      case Type.Tensor tensor ->
          new ModelFacts.Value(info.name(), element(tensor), shape(tensor), overridable);
    };
  }

  private static String element(Type.Tensor tensor) {
    DataType element = tensor.element();
    return element == null ? "?" : element.name().toLowerCase(Locale.ROOT);
  }

  private static List<String> shape(Type.Tensor tensor) {
    List<Dimension> axes = tensor.shape();
    return axes == null ? List.of("...") : axes.stream().map(Dimension::text).toList();
  }

  private static SequencedMap<String, Integer> byCount(Map<String, Integer> counts) {
    List<Map.Entry<String, Integer>> entries = new ArrayList<>(counts.entrySet());
    entries.sort(Map.Entry.<String, Integer>comparingByValue().reversed());
    SequencedMap<String, Integer> sorted = new LinkedHashMap<>();
    entries.forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  private ModelFacts.Quantization quantization() {
    int quantize = count("QuantizeLinear");
    int dequantize = count("DequantizeLinear");
    int dynamic = count("DynamicQuantizeLinear", "MatMulInteger", "ConvInteger");
    int packed = count("com.microsoft.MatMulNBits");
    int integer =
        operators.entrySet().stream()
            .filter(entry -> isInteger(entry.getKey()))
            .mapToInt(Map.Entry::getValue)
            .sum();
    String form;
    if (dynamic > 0) {
      form = "dynamic int8";
    } else if (packed > 0) {
      form = "weight-only";
    } else if (integer > 0) {
      form = "static int8 (integer operators)";
    } else if (quantize > 0) {
      form = "static int8 (QDQ)";
    } else if (dequantize > 0) {
      form = "weight-only (QDQ)";
    } else {
      form = weights.containsKey(DataType.FLOAT16) ? "float16" : "none";
    }
    return new ModelFacts.Quantization(form, quantize, dequantize, integer);
  }

  private int count(String... names) {
    int total = 0;
    for (String name : names) {
      total += operators.getOrDefault(name, 0);
    }
    return total;
  }

  private static boolean isInteger(String operator) {
    String op = operator.substring(operator.lastIndexOf('.') + 1);
    return op.startsWith("QLinear")
        || op.equals("QGemm")
        || op.equals("MatMulInteger")
        || op.equals("ConvInteger")
        || op.equals("MatMulNBits");
  }
}
