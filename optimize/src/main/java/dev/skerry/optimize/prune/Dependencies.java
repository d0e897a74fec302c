package dev.skerry.optimize.prune;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.differentiate.ForwardValues;
import dev.skerry.optimize.prune.ChannelGroup.Member;
import dev.skerry.optimize.prune.ChannelGroup.Unit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which channels of a graph can leave, and what leaves with each.
 *
 * @param slots of every value, coupled
 * @param groups channels that can leave
 * @param kept why layers keep all their outputs, by layer
 */
record Dependencies(
    Graph graph,
    ForwardValues values,
    Slots slots,
    List<ChannelGroup> groups,
    Map<String, String> kept) {
  private static final String WAY_IN = "it is an input of the model";
  private static final String WAY_OUT = "it is an output of the model";

  /**
   * @param inputs of the shapes at which couplings are seen, best with two samples or more
   * @param keep constants that stay whole
   */
  static Dependencies of(Model model, Map<String, Tensor> inputs, Collection<String> keep) {
    Graph graph = model.graph();
    ForwardValues values = ForwardValues.observe(model, inputs);
    Slots slots = new Slots();
    Set<String> known = new LinkedHashSet<>();
    graph.requiredInputs().forEach(input -> known.add(input.name()));
    known.addAll(graph.initializers().keySet());
    graph.nodes().forEach(node -> known.addAll(node.outputs()));
    known.remove("");
    known.forEach(value -> slots.add(value, values.shape(value)));
    freezeEnds(graph, slots, keep);
    Coupler coupler = new Coupler(values, slots);
    for (Node node : graph.nodes()) {
      CouplingRules.of(node)
          .ifPresentOrElse(
              rule -> rule.couple(node, coupler),
              () -> coupler.keepAll(node, node.label() + ", which pruning does not know"));
    }
    return new Dependencies(graph, values, slots, groups(graph, slots), kept(graph, slots));
  }

  private static void freezeEnds(Graph graph, Slots slots, Collection<String> keep) {
    for (ValueInfo input : graph.requiredInputs()) {
      slots.freezeAll(input.name(), WAY_IN);
    }
    for (String output : graph.outputNames()) {
      slots.freezeAll(output, WAY_OUT);
    }
    graph
        .initializers()
        .forEach((name, tensor) -> {
          if (!tensor.type().isFloating()) {
            slots.freezeAll(name, "'" + name + "' is no weight");
          } else if (keep.contains(name)) {
            slots.freezeAll(name, "'" + name + "' stays as it is");
          }
        });
  }

  /** Channels by the axes of constants that they touch; those with the same axes are a group. */
  private static List<ChannelGroup> groups(Graph graph, Slots slots) {
    Map<Integer, Map<Member, List<Integer>>> units = new TreeMap<>();
    Set<String> used = new LinkedHashSet<>();
    graph.nodes().forEach(node -> used.addAll(node.inputs()));
    for (String constant : graph.initializers().sequencedKeySet()) {
      for (int axis = 0; used.contains(constant) && axis < slots.rank(constant); axis++) {
        for (int i = 0; i < slots.length(constant, axis); i++) {
          int slot = slots.slot(constant, axis, i);
          if (slots.frozen(slot).isEmpty()) {
            units
                .computeIfAbsent(slots.root(slot), _ -> new LinkedHashMap<>())
                .computeIfAbsent(new Member(constant, axis), _ -> new ArrayList<>())
                .add(i);
          }
        }
      }
    }
    Map<List<Member>, List<Unit>> groups = new LinkedHashMap<>();
    units.forEach((root, members) ->
        groups
            .computeIfAbsent(List.copyOf(members.keySet()), _ -> new ArrayList<>())
            .add(new Unit(root, List.copyOf(members.values()))));
    List<ChannelGroup> made = new ArrayList<>();
    groups.forEach((members, channels) -> {
      String name = maker(graph, slots, members);
      if (channels.size() > 1 && !name.isEmpty()) {
        made.add(new ChannelGroup(name, members, channels));
      }
    });
    return made;
  }

  /** The first layer whose outputs a group's channels are; empty if none is. */
  private static String maker(Graph graph, Slots slots, List<Member> members) {
    for (Node node : graph.nodes()) {
      int axis = WeightedLayer.outputAxis(node);
      if (axis >= 0 && members.contains(new Member(node.input(1), axis))) {
        return node.label();
      }
    }
    return "";
  }

  private static Map<String, String> kept(Graph graph, Slots slots) {
    Map<String, String> kept = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      int axis = WeightedLayer.outputAxis(node);
      if (axis >= 0 && slots.has(node.input(1)) && slots.isFrozen(node.input(1), axis)) {
        kept.put(
            node.label(), slots.frozen(slots.slot(node.input(1), axis, 0)).orElse("it has to"));
      }
    }
    return kept;
  }
}
