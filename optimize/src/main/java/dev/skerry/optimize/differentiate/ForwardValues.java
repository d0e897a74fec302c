package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Shape and type of every value of a graph on inputs of fixed shapes, seen in one run, and the
 * contents of those that depend on shapes and constants alone.
 */
public final class ForwardValues {
  private final GraphIndex index;
  private final Map<String, DataType> types = new HashMap<>();
  private final Map<String, long[]> shapes = new HashMap<>();
  private final Map<String, Tensor> contents = new HashMap<>();

  private ForwardValues(GraphIndex index) {
    this.index = index;
  }

  /** Runs {@code model} once on {@code inputs}; no activation is copied out. */
  public static ForwardValues observe(Model model, Map<String, Tensor> inputs) {
    Graph graph = model.graph();
    ForwardValues values = new ForwardValues(new GraphIndex(graph));
    inputs.forEach(values::put);
    graph.initializers().forEach(values::put);
    List<String> made = made(graph);
    SessionConfig config =
        SessionConfig.standard().withOptimization(SessionConfig.Optimization.NONE);
    try (Session session = Session.open(model.withGraph(exposed(graph, made)), config)) {
      Map<String, DataType> declared = new HashMap<>();
      for (ValueInfo output : session.outputs()) {
        if (output.type() instanceof Type.Tensor(DataType element, var _) && element != null) {
          declared.put(output.name(), element);
        }
      }
      Set<String> steady = steady(graph);
      List<String> wanted = new ArrayList<>(made.stream().map(ForwardValues::shapeOf).toList());
      made.stream()
          .filter(value ->
              steady.contains(value) && isInteger(declared.getOrDefault(value, DataType.FLOAT)))
          .forEach(wanted::add);
      values.take(session.run(inputs, wanted), made, declared);
    }
    return values;
  }

  private static boolean isInteger(DataType type) {
    return type == DataType.INT64 || type == DataType.INT32;
  }

  private void take(Map<String, Tensor> run, List<String> made, Map<String, DataType> declared) {
    for (String value : made) {
      shapes.put(value, run.getOrDefault(shapeOf(value), Tensor.vector()).toLongs());
      types.put(value, declared.getOrDefault(value, DataType.FLOAT));
      if (run.containsKey(value)) {
        contents.put(value, run.getOrDefault(value, Tensor.vector()));
      }
    }
  }

  private void put(String value, Tensor tensor) {
    types.put(value, tensor.type());
    shapes.put(value, tensor.dims());
  }

  private static List<String> made(Graph graph) {
    return graph.nodes().stream()
        .filter(node -> !node.op().contains("Sequence") && !node.op().contains("Optional"))
        .flatMap(node -> node.outputs().stream())
        .filter(value -> !value.isEmpty())
        .toList();
  }

  private static String shapeOf(String value) {
    return "shape of " + value;
  }

  private static Graph exposed(Graph graph, List<String> made) {
    List<ValueInfo> outputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>(graph.nodes());
    for (String value : made) {
      outputs.add(new ValueInfo(value, null, Bytes.EMPTY));
      nodes.add(Node.of("Shape", "", List.of(value), List.of(shapeOf(value))));
      outputs.add(ValueInfo.of(shapeOf(value), new Type.Tensor(DataType.INT64, null)));
    }
    return graph.withNodes(nodes).withOutputs(outputs);
  }

  /** The values that are the same whatever the contents of the inputs. */
  private static Set<String> steady(Graph graph) {
    Set<String> steady = new HashSet<>(graph.initializers().keySet());
    steady.add("");
    for (Node node : graph.nodes()) {
      boolean random = node.op().startsWith("Random");
      if (node.is("Shape") || node.is("Size") || (steady.containsAll(node.inputs()) && !random)) {
        steady.addAll(node.outputs());
      }
    }
    return steady;
  }

  GraphIndex index() {
    return index;
  }

  DataType type(String value) {
    DataType type = types.get(value);
    if (type == null) {
      throw new IllegalArgumentException("value '" + value + "' was not observed");
    }
    return type;
  }

  public long[] shape(String value) {
    long[] shape = shapes.get(value);
    if (shape == null) {
      throw new IllegalArgumentException("value '" + value + "' was not observed");
    }
    return shape.clone();
  }

  /** What {@code value} always is; for floats only initializers and {@code Constant} nodes. */
  public Optional<Tensor> constant(String value) {
    Tensor seen = contents.get(value);
    return seen != null ? Optional.of(seen) : index.constant(value);
  }

  /** As {@link #constant}, where a rule cannot do without. */
  Tensor requireConstant(Node node, int input) {
    return constant(node.input(input))
        .orElseThrow(() ->
            new SkerryException(
                ErrorCode.BAD_MODEL,
                "%s cannot be differentiated: its input '%s' depends on data, and its gradient is"
                        .formatted(node.label(), node.input(input))
                    + " known only where that is a constant"));
  }
}
