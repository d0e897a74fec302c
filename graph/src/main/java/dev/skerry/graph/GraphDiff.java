package dev.skerry.graph;

import dev.skerry.graph.Difference.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * Compares two models by structure and content. Nodes are matched by the first value that they
 * make, values and initializers by name, tensors by their bytes.
 */
public final class GraphDiff {
  private final List<Difference> differences = new ArrayList<>();

  private GraphDiff() {}

  /** What must change in {@code before} to make {@code after}; none when they say the same. */
  public static List<Difference> between(Model before, Model after) {
    GraphDiff diff = new GraphDiff();
    diff.models(before, after);
    return List.copyOf(diff.differences);
  }

  /** What must change in {@code before} to make {@code after}; none when they say the same. */
  public static List<Difference> between(Graph before, Graph after) {
    GraphDiff diff = new GraphDiff();
    diff.graphs("", before, after);
    return List.copyOf(diff.differences);
  }

  private void models(Model before, Model after) {
    field("", "IR version", before.irVersion(), after.irVersion());
    field("", "producer", before.producerName(), after.producerName());
    field("", "producer version", before.producerVersion(), after.producerVersion());
    keyed(
        "",
        "operator set",
        unique(before.opsets(), OperatorSet::domain),
        unique(after.opsets(), OperatorSet::domain),
        (key, a, b) -> field("", "operator set '" + key + "'", a.version(), b.version()));
    keyed(
        "",
        "metadata",
        before.metadata(),
        after.metadata(),
        (key, a, b) -> field("", "metadata '" + key + "'", a, b));
    extra("", before.extra(), after.extra());
    graphs("", before.graph(), after.graph());
    keyed(
        "",
        "function",
        unique(before.functions(), function -> function.domain() + "." + function.name()),
        unique(after.functions(), function -> function.domain() + "." + function.name()),
        (key, a, b) -> functions("function '" + key + "'", a, b));
  }

  private void functions(
      String place, dev.skerry.graph.Function before, dev.skerry.graph.Function after) {
    field(place, "inputs", before.inputs(), after.inputs());
    field(place, "outputs", before.outputs(), after.outputs());
    field(place, "operator sets", before.opsets(), after.opsets());
    extra(place, before.extra(), after.extra());
    nodes(place, before.nodes(), after.nodes());
  }

  private void graphs(String place, Graph before, Graph after) {
    field(place, "name", before.name(), after.name());
    values(place, "input", before.inputs(), after.inputs());
    values(place, "output", before.outputs(), after.outputs());
    values(place, "declared value", before.values(), after.values());
    keyed(
        place,
        "initializer",
        before.initializers(),
        after.initializers(),
        (key, a, b) -> tensors(place, "initializer '" + key + "'", a, b));
    extra(place, before.extra(), after.extra());
    nodes(place, before.nodes(), after.nodes());
  }

  private void values(String place, String what, List<ValueInfo> before, List<ValueInfo> after) {
    keyed(
        place,
        what,
        unique(before, ValueInfo::name),
        unique(after, ValueInfo::name),
        (key, a, b) -> {
          String label = what + " '" + key + "'";
          if (!Objects.equals(a.type(), b.type())) {
            field(place, label, GraphText.type(a.type()), GraphText.type(b.type()));
          }
          extra(Problem.inside(place, label), a.extra(), b.extra());
        });
  }

  private void tensors(String place, String label, Tensor before, Tensor after) {
    if (!before.contentEquals(after)) {
      change(place, label, GraphText.tensor(before), GraphText.tensor(after));
    }
    extra(Problem.inside(place, label), before.extra(), after.extra());
  }

  private void nodes(String place, List<Node> before, List<Node> after) {
    IdentityHashMap<Node, Integer> indices = new IdentityHashMap<>();
    for (int i = 0; i < before.size(); i++) {
      indices.put(before.get(i), i);
    }
    keyed(
        place,
        "node",
        unique(before, GraphDiff::firstOutput),
        unique(after, GraphDiff::firstOutput),
        (_, a, b) ->
            nodes(Problem.inside(place, Problem.node(indices.getOrDefault(a, -1), a)), a, b));
  }

  /** What tells one node from another: names of nodes need not be unique, those of values are. */
  private static String firstOutput(Node node) {
    return node.outputs().stream()
        .filter(output -> !output.isEmpty())
        .findFirst()
        .orElse(node.op() + " " + node.name());
  }

  private void nodes(String place, Node before, Node after) {
    field(place, "name", before.name(), after.name());
    field(place, "domain", before.domain(), after.domain());
    field(place, "operator", before.op(), after.op());
    field(place, "inputs", before.inputs(), after.inputs());
    field(place, "outputs", before.outputs(), after.outputs());
    keyed(
        place,
        "attribute",
        before.attributes(),
        after.attributes(),
        (key, a, b) -> attributes(place, key, a, b));
    extra(place, before.extra(), after.extra());
  }

  private void attributes(String place, String key, Attribute before, Attribute after) {
    switch (before) {
      case Attribute.TensorValue(Tensor a) when after instanceof Attribute.TensorValue(Tensor b) ->
          tensors(place, key, a, b);
      case Attribute.GraphValue(Graph a) when after instanceof Attribute.GraphValue(Graph b) ->
          graphs(Problem.inside(place, key), a, b);
      case Attribute.Tensors(List<Tensor> a)
          when after instanceof Attribute.Tensors(List<Tensor> b) && a.size() == b.size() -> {
        for (int i = 0; i < a.size(); i++) {
          tensors(place, key + "[" + i + "]", a.get(i), b.get(i));
        }
      }
      case Attribute.Graphs(List<Graph> a)
          when after instanceof Attribute.Graphs(List<Graph> b) && a.size() == b.size() -> {
        for (int i = 0; i < a.size(); i++) {
          graphs(Problem.inside(place, key + "[" + i + "]"), a.get(i), b.get(i));
        }
      }
      case Attribute other -> {
        if (!other.equals(after)) {
          change(place, key, GraphText.attribute(other), GraphText.attribute(after));
        }
      }
    }
  }

  private interface Compare<T> {
    void compare(String key, T before, T after);
  }

  private <T> void keyed(
      String place,
      String what,
      SequencedMap<String, T> before,
      SequencedMap<String, T> after,
      Compare<T> compare) {
    before.forEach((key, value) -> {
      T other = after.get(key);
      if (other == null) {
        add(Change.REMOVED, place, describe(what, key, value));
      } else {
        compare.compare(key, value, other);
      }
    });
    after.forEach((key, value) -> {
      if (!before.containsKey(key)) {
        add(Change.ADDED, place, describe(what, key, value));
      }
    });
    List<String> kept = before.keySet().stream().filter(after::containsKey).toList();
    if (!kept.equals(after.keySet().stream().filter(before::containsKey).toList())) {
      add(Change.CHANGED, place, "the " + what + "s stand in another order");
    }
  }

  private static String describe(String what, String key, Object value) {
    return switch (value) {
      case Node node -> what + " " + GraphText.print(node);
      case Tensor tensor -> what + " '" + key + "' " + GraphText.tensor(tensor);
      case ValueInfo info -> what + " '" + key + "' " + GraphText.type(info.type());
      case Attribute attribute -> what + " " + key + " = " + GraphText.attribute(attribute);
      case OperatorSet set -> what + " '" + key + "' " + set.version();
      default -> what + " '" + key + "'";
    };
  }

  /** The elements by key; when several share one, the later get a number as well. */
  private static <T> SequencedMap<String, T> unique(List<T> elements, Function<T, String> keyOf) {
    SequencedMap<String, T> byKey = new LinkedHashMap<>();
    Map<String, Integer> seen = new HashMap<>();
    for (T element : elements) {
      String first = keyOf.apply(element);
      String key = first;
      while (byKey.containsKey(key)) {
        key = first + " (" + seen.merge(first, 1, Integer::sum) + ")";
      }
      byKey.put(key, element);
    }
    return byKey;
  }

  private void field(String place, String what, Object before, Object after) {
    if (!before.equals(after)) {
      change(place, what, before, after);
    }
  }

  private void extra(String place, Bytes before, Bytes after) {
    if (!before.equals(after)) {
      change(
          place,
          "fields that are not modelled",
          before.length() + " bytes",
          after.length() + " bytes");
    }
  }

  private void change(String place, String what, Object before, Object after) {
    add(Change.CHANGED, place, what + " " + before + " → " + after);
  }

  private void add(Change change, String place, String text) {
    differences.add(new Difference(change, place, text));
  }
}
