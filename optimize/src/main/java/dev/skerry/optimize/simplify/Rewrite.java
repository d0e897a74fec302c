package dev.skerry.optimize.simplify;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a rule wants changed: nodes that go, nodes that come in their place, new constants, and
 * values that are replaced by others wherever they are used.
 *
 * <p>Nodes that merely became useless need not be named: the driver sweeps them.
 *
 * @param removed nodes of the graph as the view shows it, by identity
 * @param added nodes that stand where the last removed one stood
 * @param constants new initializers by name
 * @param renamed value to the value that is used instead; see {@link GraphView#replaceable}
 */
public record Rewrite(
    List<Node> removed,
    List<Node> added,
    SequencedMap<String, Tensor> constants,
    Map<String, String> renamed) {

  public Rewrite {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
    constants = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(constants));
    renamed = Map.copyOf(renamed);
  }

  /** A rewrite that only removes. */
  public static Rewrite of(Node... removed) {
    return of(List.of(removed));
  }

  public static Rewrite of(List<Node> removed) {
    return new Rewrite(removed, List.of(), new LinkedHashMap<>(), Map.of());
  }

  /** Moreover these nodes go. */
  public Rewrite without(Node... nodes) {
    List<Node> changed = new ArrayList<>(removed);
    changed.addAll(List.of(nodes));
    return new Rewrite(changed, added, constants, renamed);
  }

  public Rewrite with(Node... nodes) {
    return with(List.of(nodes));
  }

  public Rewrite with(List<Node> nodes) {
    List<Node> changed = new ArrayList<>(added);
    changed.addAll(nodes);
    return new Rewrite(removed, changed, constants, renamed);
  }

  public Rewrite constant(String name, Tensor value) {
    SequencedMap<String, Tensor> changed = new LinkedHashMap<>(constants);
    changed.put(name, value);
    return new Rewrite(removed, added, changed, renamed);
  }

  /** Uses of {@code value} become uses of {@code by}. */
  public Rewrite rename(String value, String by) {
    Map<String, String> changed = new LinkedHashMap<>(renamed);
    changed.put(value, by);
    return new Rewrite(removed, added, constants, changed);
  }
}
