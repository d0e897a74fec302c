package dev.skerry.optimize.prune;

import java.util.List;

/**
 * Channels that can each leave a graph, all in the same way: what the outputs of one layer are, or
 * of all layers whose outputs are added to one another.
 *
 * @param name the first layer that makes them
 * @param members axes of constants that lose an index when a channel leaves
 * @param units the channels
 */
record ChannelGroup(String name, List<Member> members, List<Unit> units) {
  ChannelGroup {
    members = List.copyOf(members);
    units = List.copyOf(units);
  }

  /** An axis of a constant. */
  record Member(String constant, int axis) {}

  /**
   * What leaves together.
   *
   * @param root the slot that stands for it
   * @param indices of each member, in the order of the group's members
   */
  record Unit(int root, List<List<Integer>> indices) {
    Unit {
      indices = indices.stream().map(List::copyOf).toList();
    }
  }

  int size() {
    return units.size();
  }
}
