package dev.skerry.optimize.simplify;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Brings a model to a newer version of the standard operators without changing what it computes.
 */
public final class OpsetUpgrade {
  private final long target;
  private final Names names;
  private final Facts facts;

  private OpsetUpgrade(Model model, long target) {
    this.target = target;
    this.names = new Names(model.graph());
    this.facts = observed(model);
  }

  /** Ranks, which only the change of Softmax asks for, and can do without. */
  private static Facts observed(Model model) {
    boolean asked =
        model.graph().nodes().stream().anyMatch(n -> n.is("Softmax") || n.is("LogSoftmax"));
    if (!asked || model.opset() >= 13) {
      return Facts.NONE;
    }
    try {
      return Observation.of(model.graph(), new Evaluation(model));
    } catch (SkerryException e) {
      return Facts.NONE; // the change that needs no rank is taken instead
    }
  }

  /**
   * {@code model} on opset {@code opset}; itself when it is there already or beyond.
   *
   * <p>Steps from version to version, rewriting what changed ({@link OpsetChanges}); the IR version
   * rises as needed.
   *
   * @throws SkerryException BAD_MODEL for a model below opset 7, with functions of its own, or with
   *     an operator of which it is not known that it means the same
   */
  public static Model to(Model model, long opset) {
    if (model.opset() >= opset) {
      return model;
    }
    requireUpgradable(model, opset);
    OpsetUpgrade upgrade = new OpsetUpgrade(model, opset);
    Graph graph = model.graph();
    for (long version = model.opset() + 1; version <= opset; version++) {
      graph = upgrade.step(graph, version);
    }
    return model
        .withGraph(graph)
        .withOpset("", opset)
        .withIrVersion(Math.max(model.irVersion(), OpsetTable.irVersion(opset)));
  }

  private static void requireUpgradable(Model model, long opset) {
    if (model.opset() < OpsetTable.OLDEST || opset > OpsetTable.NEWEST) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "opset %d cannot be brought to %d: from %d to %d the changes are known"
              .formatted(model.opset(), opset, OpsetTable.OLDEST, OpsetTable.NEWEST));
    }
    if (!model.functions().isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "the model defines functions of its own, such as '%s', whose operators are not rewritten"
              .formatted(model.functions().getFirst().name()));
    }
    requireKnown(model.graph());
  }

  private static void requireKnown(Graph graph) {
    for (Node node : graph.nodes()) {
      if (node.domain().isEmpty()
          && !OpsetTable.isUnchanged(node.op())
          && !OpsetChanges.isKnown(node.op())) {
        throw OpsetChanges.refusal(
            node, "it is not known whether the operator means the same there");
      }
      node.subgraphs().forEach(OpsetUpgrade::requireKnown);
    }
  }

  private Graph step(Graph graph, long version) {
    GraphIndex index = new GraphIndex(graph);
    SequencedMap<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    OpsetChanges.Scope scope = new Additions(index, initializers);
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Node stepped = inside(node, version);
      Optional<OpsetChanges.Change> change =
          node.domain().isEmpty() ? OpsetChanges.at(version, node.op()) : Optional.empty();
      nodes.addAll(change.map(c -> c.apply(stepped, scope)).orElse(List.of(stepped)));
    }
    return graph.withNodes(nodes).withInitializers(initializers);
  }

  private Node inside(Node node, long version) {
    Node stepped = node;
    for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
      if (entry.getValue() instanceof Attribute.GraphValue(Graph graph)) {
        stepped = stepped.with(entry.getKey(), new Attribute.GraphValue(step(graph, version)));
      }
    }
    return stepped;
  }

  private final class Additions implements OpsetChanges.Scope {
    private final GraphIndex index;
    private final SequencedMap<String, Tensor> initializers;

    Additions(GraphIndex index, SequencedMap<String, Tensor> initializers) {
      this.index = index;
      this.initializers = initializers;
    }

    @Override
    public String constant(String base, Tensor value) {
      String name = names.fresh(base);
      initializers.put(name, value);
      return name;
    }

    @Override
    public String fresh(String base) {
      return names.fresh(base);
    }

    @Override
    public boolean isUsed(String value) {
      return !value.isEmpty() && (index.isOutput(value) || !index.consumers(value).isEmpty());
    }

    @Override
    public OptionalInt rank(String value) {
      return facts.of(value).map(Fact::rank).orElse(OptionalInt.empty());
    }

    @Override
    public long target() {
      return target;
    }
  }
}
