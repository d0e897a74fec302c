package dev.skerry.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Finds a cycle among things that need one another, given by their indices. */
final class Cycles {
  private Cycles() {}

  /**
   * Some cycle, each index followed by one that it needs, the first repeated at the end; empty when
   * there is none.
   *
   * @param needs what each index needs
   */
  static Optional<List<Integer>> find(List<? extends Collection<Integer>> needs) {
    boolean[] settled = settle(needs);
    for (int start = 0; start < settled.length; start++) {
      if (!settled[start]) {
        return Optional.of(walk(start, needs, settled));
      }
    }
    return Optional.empty();
  }

  /** Marks whatever can come in some order after all that it needs (Kahn's algorithm). */
  private static boolean[] settle(List<? extends Collection<Integer>> needs) {
    int count = needs.size();
    int[] open = new int[count];
    List<List<Integer>> takers = new ArrayList<>(count);
    Deque<Integer> ready = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      takers.add(new ArrayList<>());
    }
    for (int i = 0; i < count; i++) {
      open[i] = needs.get(i).size();
      for (int need : needs.get(i)) {
        takers.get(need).add(i);
      }
      if (open[i] == 0) {
        ready.add(i);
      }
    }
    boolean[] settled = new boolean[count];
    while (!ready.isEmpty()) {
      int next = ready.remove();
      settled[next] = true;
      for (int taker : takers.get(next)) {
        if (--open[taker] == 0) {
          ready.add(taker);
        }
      }
    }
    return settled;
  }

  /** Follows unsettled needs, of which each unsettled index has one, until one comes again. */
  private static List<Integer> walk(
      int start, List<? extends Collection<Integer>> needs, boolean[] settled) {
    List<Integer> way = new ArrayList<>();
    int[] placeOnWay = new int[settled.length];
    int at = start;
    while (placeOnWay[at] == 0) {
      way.add(at);
      placeOnWay[at] = way.size();
      at = needs.get(at).stream().filter(need -> !settled[need]).findFirst().orElseThrow();
    }
    List<Integer> cycle = new ArrayList<>(way.subList(placeOnWay[at] - 1, way.size()));
    cycle.add(at);
    return cycle;
  }
}
