package dev.skerry.optimize.quantize;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which nodes of a graph run on integers, and so which values get a Q/DQ pair.
 *
 * <p>Weighted operators (Conv, Gemm, MatMul) are the reason to quantize: each is an integer unless
 * a decision keeps it float. Operators between them follow only if integers come in and integers
 * are wanted: a Q/DQ pair around an operator whose neighbours are float would only cost time. Where
 * integers end, pooling still runs on them: it leaves fewer values to convert.
 */
public final class Placement {
  private final GraphIndex index;
  private final Set<String> keptFloat;
  private final Set<Node> integer = new HashSet<>();
  private final Map<Node, Node> activationOf = new HashMap<>();
  private final Set<String> integerResults = new HashSet<>();

  /**
   * Places integers everywhere they pay, except on the nodes whose first outputs are in {@code
   * keptFloat}.
   */
  public Placement(GraphIndex index, Set<String> keptFloat) {
    this.index = index;
    this.keptFloat = Set.copyOf(keptFloat);
    chooseCandidates();
    boolean changed = true;
    while (changed) {
      findResults();
      changed = integer.removeIf(this::isUseless);
    }
    dropUnwantedActivations();
  }

  private void chooseCandidates() {
    for (Node node : index.graph().nodes()) {
      boolean eligible =
          Operators.isWeighted(node, index) || Operators.isKernel(node) || Operators.isMove(node);
      if (eligible && !keptFloat.contains(node.output(0))) {
        integer.add(node);
      }
    }
  }

  private void findResults() {
    integerResults.clear();
    activationOf.clear();
    for (Node node : index.graph().nodes()) {
      if (integer.contains(node)) {
        absorbable(node).ifPresent(activation -> activationOf.put(node, activation));
        integerResults.add(result(node));
      }
    }
  }

  private Optional<Node> absorbable(Node node) {
    if (Operators.isMove(node)) {
      return Optional.empty(); // its output must keep its input's scale
    }
    return index
        .onlyConsumer(node.output(0))
        .filter(next -> Operators.absorbableLimit(next, index).isPresent());
  }

  /** A Q with nothing behind it costs time, so only Conv, which needs it, keeps an unwanted one. */
  private void dropUnwantedActivations() {
    for (Node node : index.graph().nodes()) {
      if (integer.contains(node) && !hasIntegerOutput(node)) {
        integerResults.remove(result(node));
        activationOf.remove(node);
      }
    }
  }

  private boolean isUseless(Node node) {
    if (Operators.isWeighted(node, index)) {
      return false;
    }
    boolean fed = Operators.activations(node).stream().allMatch(this::isAvailable);
    return !fed || !(isWanted(result(node)) || shrinks(node));
  }

  /** Whether fewer values would have to become float again behind {@code node} than before it. */
  private boolean shrinks(Node node) {
    return Operators.isPool(node)
        && Operators.activations(node).stream().allMatch(integerResults::contains);
  }

  /** Whether {@code value} is, or for the price of one Q can be, an integer. */
  private boolean isAvailable(String value) {
    return integerResults.contains(value) || isFloatInput(value);
  }

  private boolean isFloatInput(String value) {
    Graph graph = index.graph();
    for (ValueInfo input : graph.inputs()) {
      if (input.name().equals(value)) {
        return input.type() instanceof Type.Tensor(DataType element, _)
            && element == DataType.FLOAT;
      }
    }
    return false;
  }

  private boolean isWanted(String value) {
    return index.consumers(value).stream()
        .anyMatch(consumer ->
            integer.contains(consumer) && Operators.activations(consumer).contains(value));
  }

  /** The depthwise convolutions that run on integers, by their first outputs. */
  public Set<String> depthwise() {
    return weighted().stream()
        .filter(node -> Operators.isDepthwise(node, index))
        .map(node -> node.output(0))
        .collect(Collectors.toSet());
  }

  /** Whether {@code node} runs on integers. */
  public boolean isInteger(Node node) {
    return integer.contains(node);
  }

  /**
   * Whether an integer {@code node} also gives integers: all do but a Gemm or MatMul at the end.
   */
  public boolean hasIntegerOutput(Node node) {
    boolean matrix = node.is("Gemm") || node.is("MatMul");
    return !matrix || isWanted(result(node));
  }

  /** The value that an integer node gives, behind the activation it absorbed. */
  String result(Node node) {
    Node activation = activationOf.get(node);
    return activation == null ? node.output(0) : activation.output(0);
  }

  /** The Relu or Clip that the output grid of {@code node} makes redundant. */
  Optional<Node> absorbed(Node node) {
    return Optional.ofNullable(activationOf.get(node));
  }

  public Set<Node> absorbed() {
    return Set.copyOf(activationOf.values());
  }

  /** Whether {@code value} comes out of an integer kernel. */
  public boolean isIntegerResult(String value) {
    return integerResults.contains(value);
  }

  /** The weighted nodes that run on integers, in graph order. */
  public List<Node> weighted() {
    return index.graph().nodes().stream()
        .filter(node -> integer.contains(node) && Operators.isWeighted(node, index))
        .toList();
  }

  /** Every integer node, in graph order. */
  public List<Node> integers() {
    return index.graph().nodes().stream().filter(integer::contains).toList();
  }

  /** The values that get a Q/DQ pair, in graph order, inputs first. */
  public List<String> quantizedValues() {
    Set<String> wanted = new HashSet<>(integerResults);
    for (Node node : integer) {
      wanted.addAll(Operators.activations(node));
    }
    List<String> ordered = new ArrayList<>();
    index.graph().inputs().stream()
        .map(ValueInfo::name)
        .filter(wanted::remove)
        .forEach(ordered::add);
    for (Node node : index.graph().nodes()) {
      node.outputs().stream().filter(wanted::remove).forEach(ordered::add);
    }
    return ordered;
  }

  /** The value whose scale {@code value} must share: where a chain of moves begins. */
  public String gridOf(String value) {
    Optional<Node> producer = index.producer(value);
    if (producer.isPresent()
        && integer.contains(producer.get())
        && Operators.isMove(producer.get())) {
      return gridOf(producer.get().input(0));
    }
    return value;
  }
}
