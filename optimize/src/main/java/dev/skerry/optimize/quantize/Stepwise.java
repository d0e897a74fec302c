package dev.skerry.optimize.quantize;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Runs a model over a few samples piece by piece, so that a value can be looked at, and changed,
 * before what follows is computed. Every node runs once per sample.
 *
 * <p>Memory is the values that nodes still to be run take, for all samples.
 */
final class Stepwise {
  private final Model model;
  private final GraphIndex index;
  private final Set<Node> done = new HashSet<>();

  /** Per sample, what is known and still needed. */
  private final List<Map<String, Tensor>> known = new ArrayList<>();

  Stepwise(Model model, Collection<Map<String, Tensor>> samples) {
    this.model = model;
    this.index = new GraphIndex(model.graph());
    samples.forEach(sample -> known.add(new HashMap<>(sample)));
  }

  /** {@code value} of each sample, in order; kept until {@link #replace} has been called. */
  List<Tensor> upTo(String value) {
    if (!isKnown(value)) {
      run(piece(value), value);
    }
    return known.stream().map(values -> Objects.requireNonNull(values.get(value), value)).toList();
  }

  /** Lets everything that follows take {@code change} of {@code value} instead. */
  void replace(String value, UnaryOperator<Tensor> change) {
    for (Map<String, Tensor> values : known) {
      values.computeIfPresent(value, (_, tensor) -> change.apply(tensor));
    }
  }

  private boolean isKnown(String value) {
    return !known.isEmpty() && known.getFirst().containsKey(value);
  }

  /** The nodes between what is known and {@code value}. */
  private Set<Node> piece(String value) {
    Set<Node> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (isKnown(next)) {
        continue;
      }
      index
          .producer(next)
          .filter(needed::add)
          .ifPresent(node -> open.addAll(GraphIndex.uses(node)));
    }
    return needed;
  }

  private void run(Set<Node> piece, String value) {
    done.addAll(piece);
    Graph graph = model.graph();
    List<Node> nodes = graph.nodes().stream().filter(piece::contains).toList();
    Set<String> taken = new LinkedHashSet<>();
    Set<String> given = new LinkedHashSet<>(List.of(value));
    for (Node node : nodes) {
      GraphIndex.uses(node).stream().filter(this::isKnown).forEach(taken::add);
      node.outputs().stream().filter(this::isNeededLater).forEach(given::add);
    }
    Graph part =
        graph
            .withNodes(nodes)
            .withInputs(taken.stream().map(this::input).toList())
            .withOutputs(
                given.stream().map(name -> new ValueInfo(name, null, Bytes.EMPTY)).toList());
    try (Session session = Session.open(model.withGraph(part), SessionConfig.standard())) {
      for (Map<String, Tensor> values : known) {
        Map<String, Tensor> inputs = new HashMap<>(values);
        inputs.keySet().retainAll(taken);
        values.putAll(session.run(inputs, List.copyOf(given)));
      }
    }
    known.forEach(
        values -> values.keySet().removeIf(name -> !name.equals(value) && !isNeededLater(name)));
  }

  private ValueInfo input(String name) {
    Tensor example = Objects.requireNonNull(known.getFirst().get(name), name);
    return ValueInfo.of(name, new Type.Tensor(example.type(), null));
  }

  private boolean isNeededLater(String value) {
    return index.consumers(value).stream().anyMatch(node -> !done.contains(node));
  }
}
