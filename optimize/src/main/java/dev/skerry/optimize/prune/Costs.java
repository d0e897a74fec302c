package dev.skerry.optimize.prune;

import dev.skerry.graph.Tensor;
import dev.skerry.optimize.prune.ChannelGroup.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a graph costs with some channels left: a sum over constants of the product of what is left
 * of each axis, times a factor.
 */
final class Costs {
  private final Dependencies dependencies;
  private final Map<String, Double> factors = new LinkedHashMap<>();
  private final double whole;

  private Costs(Dependencies dependencies, Map<String, Double> factors) {
    this.dependencies = dependencies;
    this.factors.putAll(factors);
    this.whole = of(Map.of());
  }

  /** Costs as shares of the graph's: 1 is all of it. */
  static Costs of(Dependencies dependencies, PruneGoal goal) {
    Costs size = new Costs(dependencies, parameters(dependencies));
    Costs work = new Costs(dependencies, multiplyAdds(dependencies));
    return switch (goal) {
      case SIZE -> size;
      case LATENCY -> work.whole == 0 ? size : work;
      case BOTH -> {
        Map<String, Double> both = new LinkedHashMap<>();
        size.factors.forEach((name, factor) -> both.merge(name, factor / size.whole, Double::sum));
        work.factors.forEach((name, factor) -> both.merge(name, factor / work.whole, Double::sum));
        yield new Costs(dependencies, both);
      }
    };
  }

  private static Map<String, Double> parameters(Dependencies dependencies) {
    Map<String, Double> factors = new LinkedHashMap<>();
    dependencies
        .graph()
        .initializers()
        .forEach((name, tensor) -> {
          if (tensor.type().isFloating()) {
            factors.put(name, 1.0);
          }
        });
    return factors;
  }

  private static Map<String, Double> multiplyAdds(Dependencies dependencies) {
    Map<String, Double> factors = new LinkedHashMap<>();
    for (WeightedLayer layer : WeightedLayer.of(dependencies.graph())) {
      long[] in = dependencies.slots().dims(layer.node().input(0));
      long[] out = dependencies.slots().dims(layer.node().output(0));
      factors.merge(layer.weight(), (double) layer.positions(in, out), Double::sum);
    }
    return factors;
  }

  /** The share that is left when {@code gone} channels leave each group. */
  double share(Map<ChannelGroup, Integer> gone) {
    return whole == 0 ? 1 : of(gone) / whole;
  }

  /** The cost in units of the goal when nothing has left. */
  double whole() {
    return whole;
  }

  private double of(Map<ChannelGroup, Integer> gone) {
    Map<Member, Integer> lost = new LinkedHashMap<>();
    gone.forEach((group, count) -> {
      List<ChannelGroup.Unit> units = group.units();
      for (int i = 0; i < group.members().size(); i++) {
        int each = units.getFirst().indices().get(i).size();
        lost.merge(group.members().get(i), count * each, Integer::sum);
      }
    });
    double sum = 0;
    for (Map.Entry<String, Double> constant : factors.entrySet()) {
      double left = constant.getValue();
      for (int axis = 0; axis < dependencies.slots().rank(constant.getKey()); axis++) {
        int length = dependencies.slots().length(constant.getKey(), axis);
        left *= length - lost.getOrDefault(new Member(constant.getKey(), axis), 0);
      }
      sum += left;
    }
    return sum;
  }

  /** The share that one channel of {@code group} costs in the whole graph. */
  double unit(ChannelGroup group) {
    double sum = 0;
    for (int i = 0; i < group.members().size(); i++) {
      Member member = group.members().get(i);
      Tensor tensor = dependencies.graph().initializers().get(member.constant());
      double factor = factors.getOrDefault(member.constant(), 0.0);
      if (tensor != null) {
        double each = group.units().getFirst().indices().get(i).size();
        sum += factor * tensor.elementCount() * each / tensor.dim(member.axis());
      }
    }
    return whole == 0 ? 0 : sum / whole;
  }
}
