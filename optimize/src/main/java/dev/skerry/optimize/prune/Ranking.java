package dev.skerry.optimize.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the channels that leave: the least important of the whole graph, for what they cost.
 *
 * @param multiple kept channels of a group are a multiple of this, or all of them
 * @param floor share of a group that stays at least
 */
record Ranking(Costs costs, Map<ChannelGroup, double[]> densities, int multiple, double floor) {
  /** Halvings of the interval in which the threshold lies. */
  private static final int STEPS = 60;

  /**
   * @param scores of the channels of each group
   * @param absolute whether scores of different groups can be compared; they are then divided by
   *     what a channel costs. Others are taken beside the mean of their group.
   */
  static Ranking of(
      Costs costs,
      Map<ChannelGroup, double[]> scores,
      boolean absolute,
      int multiple,
      double floor) {
    Map<ChannelGroup, double[]> densities = new LinkedHashMap<>();
    scores.forEach((group, values) -> {
      double mean = Arrays.stream(values).average().orElse(0);
      double unit = absolute ? Math.max(costs.unit(group), 1e-12) : Math.max(mean, 1e-300);
      densities.put(group, Arrays.stream(values).map(value -> value / unit).toArray());
    });
    return new Ranking(costs, densities, multiple, floor);
  }

  /** Roots of the channels that leave, so that at most {@code share} of the cost is left. */
  Set<Integer> leaving(double share) {
    double[] all = densities.values().stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    int low = 0;
    int high = all.length;
    for (int step = 0; step < STEPS && low < high; step++) {
      int middle = (low + high) / 2;
      if (costs.share(gone(all, middle)) <= share) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    Set<Integer> leaving = new LinkedHashSet<>();
    gone(all, high)
        .forEach((group, count) ->
            weakest(group)
                .subList(0, count)
                .forEach(i -> leaving.add(group.units().get(i).root())));
    return leaving;
  }

  /** How many leave each group when the {@code position} least dense channels would. */
  private Map<ChannelGroup, Integer> gone(double[] all, int position) {
    double threshold = position == 0 ? Double.NEGATIVE_INFINITY : all[position - 1];
    Map<ChannelGroup, Integer> gone = new LinkedHashMap<>();
    densities.forEach((group, values) -> {
      long below = Arrays.stream(values).filter(value -> value <= threshold).count();
      gone.put(group, group.size() - kept(group.size(), group.size() - (int) below));
    });
    return gone;
  }

  private int kept(int size, int wanted) {
    int least = Math.max(1, (int) Math.ceil(floor * size));
    int rounded = (int) Math.round((double) Math.max(wanted, least) / multiple) * multiple;
    return Math.min(size, Math.max(rounded, Math.min(multiple, size)));
  }

  private List<Integer> weakest(ChannelGroup group) {
    double[] values = densities.getOrDefault(group, new double[0]);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      order.add(i);
    }
    order.sort((a, b) -> Double.compare(values[a], values[b]));
    return order;
  }
}
