package dev.skerry.optimize.differentiate;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reverse accumulation over a flat graph. */
final class Backward {
  private final Graph graph;
  private final ForwardValues values;
  private final ConvForms forms;
  private final Emitter emitter;
  private final Set<String> active = new HashSet<>();
  private final Map<String, List<String>> gradients = new HashMap<>();
  private final Map<Node, Node> replaced = new LinkedHashMap<>();

  Backward(Graph graph, ForwardValues values, Collection<String> parameters, ConvForms forms) {
    this.graph = graph;
    this.values = values;
    this.forms = forms;
    this.emitter = new Emitter(graph, "grad/");
    active.addAll(parameters);
    for (Node node : graph.nodes()) {
      if (GraphIndex.uses(node).stream().anyMatch(active::contains)) {
        active.addAll(node.outputs());
      }
    }
    active.remove("");
  }

  /** Emits the gradient of every value between {@code loss} and the parameters. */
  void run(String loss) {
    Tensor one = Emitter.numbers(values.type(loss), values.shape(loss), 1);
    add(loss, emitter.constant("one", one));
    for (Node node : graph.nodes().reversed()) {
      boolean asked = GraphIndex.uses(node).stream().anyMatch(this::wants);
      boolean reached = node.outputs().stream().anyMatch(gradients::containsKey);
      if (asked && reached) {
        rule(node, loss).apply(new Place(node, values, this));
      }
    }
  }

  private GradientRule rule(Node node, String loss) {
    return GradientRules.of(node)
        .orElseThrow(() ->
            new SkerryException(
                ErrorCode.BAD_MODEL,
                "there is no gradient rule for operator %s; it lies between the loss and a parameter: %s. Do not"
                        .formatted(node.label(), path(node, loss))
                    + " train the parameters behind it, or replace the operator"));
  }

  /** The way from the loss over {@code node} to a parameter, as people read it. */
  private String path(Node node, String loss) {
    List<String> path = new ArrayList<>();
    path.add("loss '" + loss + "'");
    path.addAll(fromLoss(node, loss));
    path.add(node.label());
    Node at = node;
    while (true) {
      String next = GraphIndex.uses(at).stream().filter(this::wants).findFirst().orElseThrow();
      Optional<Node> producer = values.index().producer(next);
      if (producer.isEmpty()) {
        path.add("parameter '" + next + "'");
        return String.join(" ← ", path);
      }
      at = producer.get();
      path.add(at.label());
    }
  }

  private List<String> fromLoss(Node node, String loss) {
    Map<Node, Node> via = new HashMap<>();
    Deque<Node> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      Node at = open.removeFirst();
      if (at.outputs().contains(loss)) {
        List<String> labels = new ArrayList<>();
        for (Node step = at; step != null && step != node; step = via.get(step)) {
          labels.add(step.label());
        }
        return labels;
      }
      for (String output : at.outputs()) {
        for (Node consumer : values.index().consumers(output)) {
          if (via.putIfAbsent(consumer, at) == null) {
            open.add(consumer);
          }
        }
      }
    }
    return List.of();
  }

  Emitter emitter() {
    return emitter;
  }

  ConvForms forms() {
    return forms;
  }

  boolean wants(String value) {
    return active.contains(value);
  }

  void add(String value, String gradient) {
    gradients.computeIfAbsent(value, _ -> new ArrayList<>()).add(gradient);
  }

  /** The sum of what was added for {@code value}. */
  Optional<String> gradient(String value) {
    List<String> parts = gradients.get(value);
    if (parts == null) {
      return Optional.empty();
    }
    while (parts.size() > 1) {
      parts.addFirst(emitter.op("Add", parts.removeFirst(), parts.removeFirst()));
    }
    return Optional.of(parts.getFirst());
  }

  String extraOutput(Node original, int index) {
    Node node = replaced.getOrDefault(original, original);
    if (!node.output(index).isEmpty()) {
      return node.output(index);
    }
    List<String> outputs = new ArrayList<>(node.outputs());
    while (outputs.size() <= index) {
      outputs.add("");
    }
    outputs.set(index, emitter.fresh(node.op()));
    replaced.put(original, node.withOutputs(outputs));
    return outputs.get(index);
  }

  /** The graph with its backward pass. */
  Graph graph() {
    List<Node> nodes =
        graph.nodes().stream().map(node -> replaced.getOrDefault(node, node)).toList();
    return emitter.appendedTo(graph.withNodes(nodes));
  }
}
