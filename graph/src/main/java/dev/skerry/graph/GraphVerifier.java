package dev.skerry.graph;

import dev.skerry.graph.OnnxProto.GraphProto;
import dev.skerry.graph.OnnxProto.SparseTensorProto;
import dev.skerry.graph.OnnxProto.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks graphs, with those inside their nodes, and bodies of functions. */
final class GraphVerifier {
  /** The first IR version in which an initializer need not be an input as well. */
  private static final long IR_WITH_OWN_INITIALIZERS = 4;

  /** Most nodes of a cycle that a message names. */
  private static final int MAX_CYCLE_SHOWN = 10;

  private final List<Problem> problems;
  private final Set<String> domains;
  private final long irVersion;

  /**
   * @param problems where to add what is found
   * @param domains the operator domains that the nodes may use
   */
  GraphVerifier(List<Problem> problems, Set<String> domains, long irVersion) {
    this.problems = problems;
    this.domains = domains;
    this.irVersion = irVersion;
  }

  /**
   * The values that nodes at one point of a graph can take.
   *
   * @param outer the point around, for a subgraph
   * @param defined values made before this point
   * @param makers the index of the node that makes each value of the graph, wherever it stands
   */
  private record Scope(
      @Nullable Scope outer, Set<String> defined, Map<String, Integer> makers, List<Node> nodes) {
    boolean has(String value) {
      return defined.contains(value) || (outer != null && outer.has(value));
    }

    /** The node, here or around, that makes {@code value} too late. */
    Optional<String> lateMaker(String value) {
      Integer maker = makers.get(value);
      if (maker != null) {
        return Optional.of(Problem.node(maker, nodes.get(maker)));
      }
      return outer == null ? Optional.empty() : outer.lateMaker(value);
    }
  }

  void mainGraph(Graph graph) {
    for (ValueInfo input : graph.inputs()) {
      if (input.type() == null) {
        add("", "input '" + input.name() + "' has no type");
      }
    }
    if (irVersion > 0 && irVersion < IR_WITH_OWN_INITIALIZERS) {
      Set<String> inputs = names(graph.inputs());
      for (String name : graph.initializers().keySet()) {
        if (!inputs.contains(name)) {
          add(
              "",
              "initializer '%s' is not an input, as IR version %d demands; raise it to 4 or more"
                  .formatted(name, irVersion));
        }
      }
    }
    graph("", graph, null);
  }

  void functionBody(String place, Function function) {
    Set<String> defined = new HashSet<>();
    function.inputs().forEach(input -> define(place, defined, input, "input"));
    body(place, function.nodes(), defined, null);
    outputs(place, function.outputs(), defined, null);
  }

  private void graph(String place, Graph graph, @Nullable Scope outer) {
    Set<String> defined = new HashSet<>();
    graph.inputs().forEach(input -> define(place, defined, input.name(), "input"));
    Set<String> constants = new LinkedHashSet<>(graph.initializers().keySet());
    sparseNames(place, graph).forEach(name -> define(place, constants, name, "sparse initializer"));
    if (constants.contains("")) {
      add(place, "an initializer has no name");
    }
    defined.addAll(constants);
    body(place, graph.nodes(), defined, outer);
    outputs(place, graph.outputNames(), defined, outer);
    declarations(place, graph);
  }

  private void define(String place, Set<String> defined, String name, String what) {
    if (name.isEmpty()) {
      add(place, "a nameless " + what + " is listed");
    } else if (!defined.add(name)) {
      add(place, "there are two " + what + "s named '" + name + "'");
    }
  }

  /** The names of constants that are kept encoded. */
  private List<String> sparseNames(String place, Graph graph) {
    List<String> names = new ArrayList<>();
    WireReader in = WireReader.over(ReadSource.of(graph.extra()));
    while (in.next()) {
      if (in.field() != GraphProto.SPARSE_INITIALIZER || !in.isLengthDelimited()) {
        in.skip();
        continue;
      }
      try {
        sparseName(in.message(), names);
      } catch (SkerryException e) {
        add(place, "a sparse initializer is damaged: " + e.getMessage());
      }
    }
    return names;
  }

  private static void sparseName(WireReader in, List<String> names) {
    while (in.next()) {
      if (in.field() == SparseTensorProto.VALUES) {
        tensorName(in.message(), names);
      } else {
        in.skip();
      }
    }
  }

  private static void tensorName(WireReader in, List<String> names) {
    while (in.next()) {
      if (in.field() == TensorProto.NAME) {
        names.add(in.text());
      } else {
        in.skip();
      }
    }
  }

  /** Checks {@code nodes} in order; adds what they make to {@code defined}. */
  private void body(String place, List<Node> nodes, Set<String> defined, @Nullable Scope outer) {
    nodeNames(place, nodes);
    Map<String, Integer> makers = makers(place, nodes, defined);
    Scope scope = new Scope(outer, defined, makers, nodes);
    boolean inOrder = !reportCycle(place, nodes, makers);
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      String at = Problem.inside(place, Problem.node(i, node));
      operator(at, node);
      for (String input : node.inputs()) {
        if (!input.isEmpty() && (inOrder || !makers.containsKey(input))) {
          taken(at, input, scope);
        }
      }
      subgraphs(place, i, node, scope);
      defined.addAll(node.outputs());
    }
    defined.remove("");
  }

  private void nodeNames(String place, List<Node> nodes) {
    Map<String, Integer> named = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      String name = nodes.get(i).name();
      Integer other = name.isEmpty() ? null : named.putIfAbsent(name, i);
      if (other != null) {
        add(
            Problem.inside(place, Problem.node(i, nodes.get(i))),
            "its name is that of %s too; names differ or are empty"
                .formatted(Problem.node(other, nodes.get(other))));
      }
    }
  }

  private Map<String, Integer> makers(String place, List<Node> nodes, Set<String> given) {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).outputs()) {
        if (output.isEmpty()) {
          continue;
        }
        Integer other = makers.putIfAbsent(output, i);
        if (other != null) {
          add(
              Problem.inside(place, Problem.node(i, nodes.get(i))),
              "it makes '%s', which %s makes already; a value is made once"
                  .formatted(output, Problem.node(other, nodes.get(other))));
        } else if (given.contains(output)) {
          add(
              Problem.inside(place, Problem.node(i, nodes.get(i))),
              "it makes '%s', which is an input or initializer already".formatted(output));
        }
      }
    }
    return makers;
  }

  private boolean reportCycle(String place, List<Node> nodes, Map<String, Integer> makers) {
    if (isInOrder(nodes, makers)) {
      return false;
    }
    List<Set<Integer>> needs = nodes.stream().map(node -> needs(node, makers)).toList();
    Optional<List<Integer>> cycle = Cycles.find(needs);
    cycle.ifPresent(indices ->
        add(
            place,
            "the nodes form a cycle: "
                + indices.stream()
                    .limit(MAX_CYCLE_SHOWN)
                    .map(index -> Problem.node(index, nodes.get(index)))
                    .collect(Collectors.joining(" takes from "))));
    return cycle.isPresent();
  }

  private static boolean isInOrder(List<Node> nodes, Map<String, Integer> makers) {
    for (int i = 0; i < nodes.size(); i++) {
      for (int need : needs(nodes.get(i), makers)) {
        if (need >= i) {
          return false;
        }
      }
    }
    return true;
  }

  private static Set<Integer> needs(Node node, Map<String, Integer> makers) {
    return GraphIndex.uses(node).stream()
        .filter(makers::containsKey)
        .map(makers::get)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private void operator(String at, Node node) {
    if (node.op().isEmpty()) {
      add(at, "it has no operator");
    } else if (!domains.contains(node.domain()) && !domains.isEmpty()) {
      add(
          at,
          "its operator is of domain '%s', of which no operator set is imported"
              .formatted(node.domain()));
    }
    if (node.attributes().containsKey("")) {
      add(at, "an attribute has no name");
    }
  }

  private void taken(String at, String value, Scope scope) {
    if (scope.has(value)) {
      return;
    }
    String why =
        scope
            .lateMaker(value)
            .map(maker -> "%s makes only later: the nodes are not in order".formatted(maker))
            .orElse("nothing makes");
    add(at, "it takes '%s', which %s".formatted(value, why));
  }

  private void subgraphs(String place, int index, Node node, Scope scope) {
    for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
      String at = Problem.inside(Problem.inside(place, Problem.node(index, node)), entry.getKey());
      if (entry.getValue() instanceof Attribute.GraphValue(Graph graph)) {
        graph(at, graph, scope);
      } else if (entry.getValue() instanceof Attribute.Graphs(List<Graph> graphs)) {
        for (int i = 0; i < graphs.size(); i++) {
          graph(at + "[" + i + "]", graphs.get(i), scope);
        }
      }
    }
  }

  private void outputs(
      String place, List<String> outputs, Set<String> defined, @Nullable Scope outer) {
    Scope scope = new Scope(outer, defined, Map.of(), List.of());
    Set<String> seen = new HashSet<>();
    for (String output : outputs) {
      define(place, seen, output, "output");
      if (!output.isEmpty() && !scope.has(output)) {
        add(place, "output '" + output + "' is made by nothing");
      }
    }
  }

  /** Checks that what is declared of a value more than once, or of a constant, agrees. */
  private void declarations(String place, Graph graph) {
    Map<String, Type> declared = new HashMap<>();
    List<List<ValueInfo>> lists = List.of(graph.inputs(), graph.outputs(), graph.values());
    for (List<ValueInfo> list : lists) {
      for (ValueInfo value : list) {
        Type type = value.type();
        if (type != null) {
          Type other = declared.putIfAbsent(value.name(), type);
          if (other != null && contradict(other, type)) {
            add(
                place,
                "'%s' is declared as both %s and %s"
                    .formatted(value.name(), GraphText.type(other), GraphText.type(type)));
          }
        }
      }
    }
    graph.initializers().forEach((name, tensor) -> constant(place, name, tensor, declared));
    for (Node node : graph.nodes()) {
      GraphIndex.constantOf(node)
          .ifPresent(tensor -> constant(place, node.output(0), tensor, declared));
    }
  }

  private void constant(String place, String name, Tensor tensor, Map<String, Type> declared) {
    Type type = declared.get(name);
    if (type != null && contradict(type, Type.Tensor.of(tensor.type(), tensor.dims()))) {
      add(
          place,
          "constant '%s' is %s but declared as %s".formatted(name, tensor, GraphText.type(type)));
    }
  }

  private static boolean contradict(Type first, Type second) {
    if (first instanceof Type.Tensor(DataType element, List<Dimension> shape)
        && second instanceof Type.Tensor(DataType otherElement, List<Dimension> otherShape)) {
      boolean elements = element != null && otherElement != null && element != otherElement;
      return elements || (shape != null && otherShape != null && contradict(shape, otherShape));
    }
    // Encoded types are not looked into.
    return first instanceof Type.Tensor != second instanceof Type.Tensor;
  }

  private static boolean contradict(List<Dimension> first, List<Dimension> second) {
    if (first.size() != second.size()) {
      return true;
    }
    for (int axis = 0; axis < first.size(); axis++) {
      if (first.get(axis) instanceof Dimension.Fixed(long size)
          && second.get(axis) instanceof Dimension.Fixed(long other)
          && size != other) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> names(List<ValueInfo> values) {
    return values.stream().map(ValueInfo::name).collect(Collectors.toSet());
  }

  private void add(String place, String message) {
    if (problems.size() < Verifier.MAX_PROBLEMS) {
      problems.add(new Problem(place, message));
    }
  }
}
