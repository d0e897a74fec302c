package dev.skerry.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Models as text for people: one line per value and node, such as {@code %y = Conv[strides=[1,
 * 1]](%x, %w)}, constants shortened. It is not read back.
 */
public final class GraphText {
  /** Most elements of a constant or list that are written out. */
  private static final int MAX_ELEMENTS = 8;

  /** Most characters of a text attribute that are written out. */
  private static final int MAX_TEXT = 60;

  private final StringBuilder out = new StringBuilder();

  private GraphText() {}

  /** The whole model: header, main graph, functions. */
  public static String print(Model model) {
    GraphText text = new GraphText();
    text.header(model);
    text.graph("graph", model.graph(), "");
    model.functions().forEach(text::function);
    return text.out.toString();
  }

  /** One graph with those inside it. */
  public static String print(Graph graph) {
    GraphText text = new GraphText();
    text.graph("graph", graph, "");
    return text.out.toString();
  }

  /** One node without its subgraphs' content. */
  public static String print(Node node) {
    return new GraphText().line(node);
  }

  /** A declared type: {@code FLOAT[N, 3, 32, 32]}; {@code ?} where the file says nothing. */
  public static String type(@Nullable Type type) {
    return switch (type) {
      case null -> "?";
      case Type.Other other -> other.kind();
      case Type.Tensor(DataType element, List<Dimension> shape) ->
          (element == null ? "?" : element.name())
              + (shape == null
                  ? "[...]"
                  : shape.stream()
                      .map(Dimension::text)
                      .collect(Collectors.joining(", ", "[", "]")));
    };
  }

  /** A tensor's type, shape and first elements: {@code INT64[2] {1, 64}}. */
  public static String tensor(Tensor tensor) {
    if (tensor.elementCount() == 0) {
      return tensor + " {}";
    }
    long shown = Math.min(MAX_ELEMENTS, tensor.elementCount());
    List<String> elements = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      elements.add(element(tensor, i));
    }
    if (shown < tensor.elementCount()) {
      elements.add("...");
    }
    return tensor + " {" + String.join(", ", elements) + "}";
  }

  private static String element(Tensor tensor, int index) {
    return switch (tensor.type()) {
      case STRING -> quoted(tensor.strings().get(index));
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> number((float) tensor.asDouble(index));
      case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, INT4, UINT4, INT2, UINT2, BOOL ->
          Long.toString(tensor.asLong(index));
      case UINT64 -> Long.toUnsignedString(tensor.asLong(index));
      case COMPLEX64, COMPLEX128, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2 -> "?";
      case FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0 -> "?";
    };
  }

  private static String number(float value) {
    String text = Float.toString(value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private void header(Model model) {
    String opsets =
        model.opsets().stream()
            .map(set -> (set.domain().isEmpty() ? "onnx" : set.domain()) + " " + set.version())
            .collect(Collectors.joining(", "));
    out.append("model ir=%d opsets=[%s]".formatted(model.irVersion(), opsets));
    if (!model.producerName().isEmpty()) {
      out.append(" producer=").append(model.producerName());
      out.append(model.producerVersion().isEmpty() ? "" : " " + model.producerVersion());
    }
    out.append('\n');
    model
        .metadata()
        .forEach((key, value) -> out.append("  %s: %s\n".formatted(key, quoted(value))));
  }

  private void graph(String keyword, Graph graph, String indent) {
    out.append(indent).append(keyword).append(' ').append(plain(graph.name())).append(" {\n");
    String inner = indent + "  ";
    graph.inputs().forEach(value -> value("input", value, inner));
    graph
        .initializers()
        .forEach((name, tensor) ->
            out.append("%sconst %s = %s\n".formatted(inner, name(name), tensor(tensor))));
    nodes(graph.nodes(), inner);
    graph.outputs().forEach(value -> value("output", value, inner));
    out.append(indent).append("}\n");
  }

  private void function(Function function) {
    out.append(
        "function %s.%s(%s) -> (%s) {\n"
            .formatted(
                plain(function.domain()),
                plain(function.name()),
                names(function.inputs()),
                names(function.outputs())));
    nodes(function.nodes(), "  ");
    out.append("}\n");
  }

  private void value(String keyword, ValueInfo value, String indent) {
    out.append("%s%s %s: %s\n".formatted(indent, keyword, name(value.name()), type(value.type())));
  }

  private void nodes(List<Node> nodes, String indent) {
    for (Node node : nodes) {
      out.append(indent).append(line(node)).append('\n');
      for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
        if (entry.getValue() instanceof Attribute.GraphValue(Graph graph)) {
          graph(entry.getKey() + ":", graph, indent + "  ");
        } else if (entry.getValue() instanceof Attribute.Graphs(List<Graph> graphs)) {
          graphs.forEach(graph -> graph(entry.getKey() + ":", graph, indent + "  "));
        }
      }
    }
  }

  private String line(Node node) {
    String attributes =
        node.attributes().entrySet().stream()
            .map(entry -> plain(entry.getKey()) + "=" + attribute(entry.getValue()))
            .collect(Collectors.joining(", "));
    String operator = node.domain().isEmpty() ? node.op() : node.domain() + "." + node.op();
    return "%s = %s%s(%s)"
        .formatted(
            names(node.outputs()),
            plain(operator),
            attributes.isEmpty() ? "" : "[" + attributes + "]",
            names(node.inputs()));
  }

  static String attribute(Attribute attribute) {
    return switch (attribute) {
      case Attribute.Float(float value) -> number(value);
      case Attribute.Int(long value) -> Long.toString(value);
      case Attribute.Text(Bytes value) -> quoted(value);
      case Attribute.TensorValue(Tensor value) -> tensor(value);
      case Attribute.GraphValue _ -> "{...}";
      case Attribute.Floats(List<Float> values) -> list(values.stream().map(GraphText::number));
      case Attribute.Ints(List<Long> values) -> list(values.stream().map(String::valueOf));
      case Attribute.Texts(List<Bytes> values) -> list(values.stream().map(GraphText::quoted));
      case Attribute.Tensors(List<Tensor> values) -> list(values.stream().map(GraphText::tensor));
      case Attribute.Graphs(List<Graph> values) -> list(values.stream().map(_ -> "{...}"));
      case Attribute.Other other -> "<" + other.kind() + ">";
    };
  }

  private static String list(java.util.stream.Stream<String> elements) {
    List<String> shown = new ArrayList<>(elements.limit(MAX_ELEMENTS + 1).toList());
    if (shown.size() > MAX_ELEMENTS) {
      shown.set(MAX_ELEMENTS, "...");
    }
    return shown.stream().collect(Collectors.joining(", ", "[", "]"));
  }

  private static String names(List<String> names) {
    return names.stream().map(GraphText::name).collect(Collectors.joining(", "));
  }

  /** A value's name; {@code _} for one that is not there. */
  private static String name(String name) {
    return name.isEmpty() ? "_" : "%" + plain(name);
  }

  private static String quoted(Bytes text) {
    return quoted(text.utf8());
  }

  private static String quoted(String text) {
    boolean whole = text.length() <= MAX_TEXT;
    return '"' + plain(whole ? text : text.substring(0, MAX_TEXT)) + (whole ? "\"" : "\"...");
  }

  /** The text with control characters, which would break lines and terminals, shown as escapes. */
  private static String plain(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    return text.chars()
        .mapToObj(
            c -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString((char) c))
        .collect(Collectors.joining());
  }
}
