package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What rules see of a graph: who makes and takes each value, constants (those of the graphs around
 * it included), and what was observed of shapes and types.
 */
public final class GraphView {
  private final GraphIndex index;
  private final @Nullable GraphView outer;
  private final Facts facts;
  private final Names names;
  private final long opset;
  private final Evaluation evaluation;

  GraphView(
      Graph graph,
      @Nullable GraphView outer,
      Facts facts,
      Names names,
      long opset,
      Evaluation evaluation) {
    this.index = new GraphIndex(graph);
    this.outer = outer;
    this.facts = facts;
    this.names = names;
    this.opset = opset;
    this.evaluation = evaluation;
  }

  public Graph graph() {
    return index.graph();
  }

  /** The view of a graph inside one of this graph's nodes, where no shapes are observed. */
  GraphView inside(Graph subgraph) {
    return new GraphView(subgraph, this, Facts.NONE, names, opset, evaluation);
  }

  /** The version of the standard operators. */
  public long opset() {
    return opset;
  }

  public Optional<Node> producer(String value) {
    return index.producer(value);
  }

  /** The node that makes {@code value}, if it is the standard operator {@code op}. */
  public Optional<Node> producer(String value, String op) {
    return index.producer(value).filter(node -> node.is(op));
  }

  /** As {@link #producer(String, String)}, if moreover nobody else takes {@code value}. */
  public Optional<Node> soleProducer(String value, String op) {
    return index.onlyConsumer(value).isPresent() ? producer(value, op) : Optional.empty();
  }

  public List<Node> consumers(String value) {
    return index.consumers(value);
  }

  public Optional<Node> onlyConsumer(String value) {
    return index.onlyConsumer(value);
  }

  public boolean isOutput(String value) {
    return index.isOutput(value);
  }

  public boolean isUsed(String value) {
    return !value.isEmpty() && (index.isOutput(value) || !index.consumers(value).isEmpty());
  }

  /** What {@code value} always is, in this graph or one around it. */
  public Optional<Tensor> constant(String value) {
    GraphView around = outer;
    return definedHere(value) || around == null ? index.constant(value) : around.constant(value);
  }

  /** The elements of a constant integer tensor. */
  public Optional<long[]> longs(String value) {
    return constant(value)
        .filter(tensor -> tensor.type() == DataType.INT64 || tensor.type() == DataType.INT32)
        .map(Tensor::toLongs);
  }

  /** A constant of type FLOAT. */
  public Optional<Tensor> floats(String value) {
    return constant(value).filter(tensor -> tensor.type() == DataType.FLOAT);
  }

  /** A constant number: a tensor of one element, whatever its rank. */
  public Optional<Double> number(String value) {
    return constant(value)
        .filter(tensor -> tensor.elementCount() == 1 && tensor.type() != DataType.STRING)
        .map(tensor -> tensor.asDouble(0));
  }

  public Optional<Fact> fact(String value) {
    GraphView around = outer;
    Optional<Tensor> constant = constant(value);
    if (constant.isPresent()) {
      return Optional.of(Fact.of(constant.get().type(), constant.get().dims()));
    }
    return definedHere(value) || around == null ? facts.of(value) : around.fact(value);
  }

  /** The number of axes of {@code value}, when known. */
  public OptionalInt rank(String value) {
    return fact(value).map(Fact::rank).orElse(OptionalInt.empty());
  }

  public boolean hasRank(String value, int rank) {
    return rank(value).equals(OptionalInt.of(rank));
  }

  /** A value name that nothing uses yet, beginning with {@code base}. */
  public String fresh(String base) {
    return names.fresh(base);
  }

  /**
   * Whether a rewrite may rename {@code value} to {@code by}. A graph's output keeps its name, so
   * there the producer of {@code by} takes over the name, which needs a producer in this graph and
   * a {@code by} that is no output itself.
   */
  public boolean replaceable(String value, String by) {
    return !isOutput(value) || (producer(by).isPresent() && !isOutput(by));
  }

  /** Whether the engine has not refused to compute {@code node} from constants. */
  boolean engineRuns(Node node) {
    return evaluation.runs(node);
  }

  /** {@code wanted} computed by {@code nodes} from constants; without what the engine refuses. */
  Map<String, Tensor> evaluate(List<Node> nodes, List<String> wanted) {
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    for (Node node : nodes) {
      for (String value : node.inputs()) {
        constant(value).ifPresent(tensor -> constants.put(value, tensor));
      }
    }
    return evaluation.constants(nodes, constants, wanted);
  }

  private boolean definedHere(String value) {
    return index.producer(value).isPresent()
        || index.isInput(value)
        || graph().initializers().containsKey(value);
  }
}
