package dev.skerry.optimize.simplify;

import dev.skerry.graph.Graph;
import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A batch of rewrites of one graph that do not get in each other's way, applied at once.
 *
 * <p>Rules saw the graph as it was before the batch. That is safe because a name never changes
 * meaning: two rewrites clash only when both remove the same node, when one takes a value that the
 * other makes disappear, or when both rename the same value.
 */
final class Edit {
  private final GraphView view;
  private final Map<Node, Integer> places = new IdentityHashMap<>();
  private final Set<Node> removed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, List<Node>> inserted = new IdentityHashMap<>();
  private final List<Node> appended = new ArrayList<>();
  private final SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
  private final Map<String, String> renamed = new HashMap<>();
  private final Set<String> lost = new HashSet<>();
  private final Set<String> needed = new HashSet<>();

  Edit(GraphView view) {
    this.view = view;
    view.graph().nodes().forEach(node -> places.put(node, places.size()));
  }

  /** Takes {@code rewrite} into the batch; false when it has to wait for the next one. */
  boolean add(Rewrite rewrite) {
    Map<String, String> names = renames(rewrite);
    Set<String> gone = disappearing(rewrite);
    Set<String> wanted = new HashSet<>(rewrite.renamed().values());
    rewrite.added().forEach(node -> wanted.addAll(GraphIndex.uses(node)));
    requireOfThisGraph(rewrite);
    if (rewrite.removed().stream().anyMatch(removed::contains)
        || names.keySet().stream().anyMatch(renamed::containsKey)
        || !Collections.disjoint(gone, needed)
        || !Collections.disjoint(wanted, lost)) {
      return false;
    }
    renamed.putAll(names);
    lost.addAll(gone);
    needed.addAll(wanted);
    constants.putAll(rewrite.constants());
    removed.addAll(rewrite.removed());
    if (rewrite.removed().isEmpty()) {
      appended.addAll(rewrite.added());
    } else {
      Node last = Collections.max(rewrite.removed(), Comparator.comparing(places::get));
      inserted.put(last, rewrite.added());
    }
    return true;
  }

  private void requireOfThisGraph(Rewrite rewrite) {
    for (Node node : rewrite.removed()) {
      if (!places.containsKey(node)) {
        throw new IllegalStateException(
            "a rule removes " + node.label() + ", no node of the graph");
      }
    }
  }

  /** Renames as they are done: where an output is replaced, the replacement takes its name. */
  private Map<String, String> renames(Rewrite rewrite) {
    Map<String, String> names = new HashMap<>();
    rewrite
        .renamed()
        .forEach((value, by) -> {
          if (view.isOutput(value)) {
            names.put(by, value);
          } else {
            names.put(value, by);
          }
        });
    return names;
  }

  private static Set<String> disappearing(Rewrite rewrite) {
    Set<String> gone = new HashSet<>();
    rewrite.removed().forEach(node -> gone.addAll(node.outputs()));
    rewrite.added().forEach(node -> gone.removeAll(node.outputs()));
    gone.removeAll(rewrite.constants().keySet());
    gone.removeAll(rewrite.renamed().keySet());
    gone.remove("");
    return gone;
  }

  /** The edited graph: swept, in an order in which it can run. */
  Graph apply() {
    Graph graph = view.graph();
    Set<String> labels = new HashSet<>();
    List<Node> kept = graph.nodes().stream().filter(node -> !removed.contains(node)).toList();
    kept.forEach(node -> labels.add(node.name()));
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!removed.contains(node)) {
        nodes.add(node);
      }
      inserted.getOrDefault(node, List.of()).forEach(added -> nodes.add(labelled(added, labels)));
    }
    appended.forEach(added -> nodes.add(labelled(added, labels)));
    SequencedMap<String, Tensor> initializers = new LinkedHashMap<>(graph.initializers());
    initializers.putAll(constants);
    Renaming renaming = Renaming.resolved(renamed);
    return Sweep.sweep(
        graph
            .withNodes(Sweep.inOrder(nodes.stream().map(renaming::of).toList()))
            .withInitializers(initializers));
  }

  /** The node under a name that no other node of the graph has. */
  private static Node labelled(Node node, Set<String> taken) {
    String name = node.name();
    for (int i = 2; !name.isEmpty() && !taken.add(name); i++) {
      name = node.name() + "." + i;
    }
    return name.equals(node.name()) ? node : node.withName(name);
  }
}
